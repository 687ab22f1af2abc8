import type { Identity } from "../access/permissions.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Guest } from "../cluster/guest.js";
import type { SimulatedNode } from "../cluster/node.js";
import type { Resources } from "../cluster/resources.js";
import type { RawParameters } from "../http/form.js";
import type { Parameters, Schema } from "../http/parameters.js";
import { nodeParameter, vmidParameter } from "../http/formats.js";

/** What a permission check may look at: parameters as they came, not yet verified. */
export interface Asked {
  readonly cluster: Cluster;
  readonly identity: Identity;
  readonly raw: RawParameters;
}

/** What a handler works with. */
export interface Call {
  readonly cluster: Cluster;
  readonly resources: Resources;
  readonly identity: Identity;
  readonly parameters: Parameters;
  /** The node that the request came in at. */
  readonly local: SimulatedNode;
  /** Which of the node's three API workers it is: they don't share what they remember. */
  readonly worker: number;
  /** Fields that stand beside `data` in the answer, such as `total`. */
  readonly beside: Record<string, unknown>;
}

/** Data that is already JSON text, or a body that is plain text. */
export class Verbatim {
  constructor(
    readonly text: string,
    readonly kind: "data" | "plain",
  ) {}
}

export type Permission = (asked: Asked) => void;

/** One call of the API. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Parameters beside those in the path. */
  readonly parameters?: (pve: 8 | 9) => Schema;
  /** `world`: without login. */
  readonly permission: Permission | "world";
  /** False: answered where it came in, though its path names a node. */
  readonly proxied?: boolean;
  /** Carried out by the API daemon as root, so refused while that is down. */
  readonly protected?: boolean;
  /** Not for API tokens. */
  readonly ticketOnly?: boolean;
  readonly since?: 9;
  readonly handle: (call: Call) => unknown;
}

/** Any login will do. */
export const anyone: Permission = () => undefined;

/** All of the privileges on a path whose placeholders are taken from the request's parameters. */
export function needs(path: string, ...privileges: readonly string[]): Permission {
  return ({ cluster, identity, raw }) => cluster.permissions.require(identity, fill(path, raw), privileges);
}

/** Any of the privileges. */
export function needsAny(path: string, ...privileges: readonly string[]): Permission {
  return ({ cluster, identity, raw }) => cluster.permissions.requireAny(identity, fill(path, raw), privileges);
}

/** `node` and `vmid` in every path that has them. */
export const pathParameters: Schema = { node: nodeParameter, vmid: vmidParameter };

/** The node in the path; the exchange has made sure that it exists. */
export function nodeOf(call: Call): SimulatedNode {
  return call.cluster.nodes.get(call.parameters.text("node")) ?? call.local;
}

/** The container in the path, which must be on the node in the path. */
export function guestOf(call: Call): Guest {
  return call.cluster.guestOn(nodeOf(call), call.parameters.number("vmid") ?? 0);
}

function fill(path: string, raw: RawParameters): string {
  return path.replace(/\{(\w+)\}/gu, (_match, name: string) => raw.get(name) ?? "");
}
