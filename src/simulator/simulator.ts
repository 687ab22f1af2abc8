import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "./clock.js";
import { Resources } from "./cluster/resources.js";
import { Control } from "./control.js";
import type { OpenEndpoint } from "./control.js";
import type { SimulatorOptions } from "./options.js";
import { buildCluster } from "./scenarios/build.js";
import { flakyFaults, flakyTasks } from "./scenarios/variations.js";
import { kept } from "./state.js";
import { openAuthority } from "./wire/certificates.js";
import { openEndpoint } from "./wire/endpoint.js";
import type { RequestRecord } from "./wire/endpoint.js";
import { Faults } from "./wire/faults.js";

/** Above this speed the daemons' rounds are done when somebody asks. */
const fastestRounds = 20;

/** A demo that runs for weeks must not remember every request. */
const keptRequests = 10_000;

/** One address of the simulated cluster. */
export interface EndpointAddress {
  readonly node: string;
  readonly url: string;
  /** SHA-256, colon form, upper case. */
  readonly fingerprint: string;
}

/** A simulated cluster that listens. */
export interface Simulator {
  /** Address of the first endpoint. */
  readonly url: string;
  /** Fingerprint of the first endpoint's certificate when it was started. */
  readonly fingerprint: string;
  readonly endpoints: readonly EndpointAddress[];
  /** `user@realm!name=secret` of the token that the scenario hands out. */
  readonly token: string;
  /** All tokens of the scenario by `user@realm!name`, each in full. */
  readonly tokens: Readonly<Record<string, string>>;
  /** PEM of the authority: what `--ca` wants. */
  readonly certificateAuthority: string;
  readonly nodes: readonly string[];
  readonly containers: number;
  readonly clock: Clock;
  readonly control: Control;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a simulated Proxmox VE cluster; resolves once it listens. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const state = options.stateDirectory ?? null;
  const ticketKey = Buffer.from(await kept(state, "ticket-key", () => randomBytes(64).toString("hex")), "hex");
  const secret = await kept(state, "token-secret", () => randomUUID());
  const { cluster, tokens, token } = buildCluster(options, { ticketKey, secret });
  const { clock } = cluster;
  const resources = new Resources(cluster);
  const authority = await openAuthority(state === null ? null : join(state, "certificates"));
  const faults = new Faults();
  const requests: RequestRecord[] = [];
  const flaky = options.scenario === "flaky";
  for (const fault of [...(flaky ? flakyFaults : []), ...(options.faults ?? [])]) faults.add(fault);
  for (const fault of [...(flaky ? flakyTasks : []), ...(options.taskFaults ?? [])]) cluster.tasks.addFault(fault);

  const endpoints: OpenEndpoint[] = [];
  const listening = Math.max(1, Math.min(options.listeners ?? 1, cluster.nodes.size));
  for (const [index, node] of [...cluster.nodes.values()].entries()) {
    const certificate = await authority.issue(node.name);
    node.fingerprint = certificate.fingerprint;
    if (index >= listening) continue;
    const listener = await openEndpoint({
      cluster,
      resources,
      node,
      faults,
      certificate,
      host: options.host ?? "127.0.0.1",
      port: index === 0 ? (options.port ?? 0) : 0,
      onRequest: (record) => {
        requests.push(record);
        if (requests.length > keptRequests) requests.shift();
      },
    });
    endpoints.push({ node, listener });
  }

  // The first to ask need not wait for what is put together once.
  resources.list({ user: "root@pam", token: "demo" }, null);
  const speed = options.speed ?? 1;
  if (options.clock !== "manual" && speed <= fastestRounds)
    for (const node of cluster.nodes.values()) node.keepRounds(() => resources.prepare(node));

  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= (async () => {
      await Promise.all(endpoints.map(({ listener }) => listener.pause()));
      await cluster.tasks.abandon();
      clock.close();
    })();
    return closing;
  };
  const addresses = endpoints.map(({ node, listener }) => ({
    node: node.name,
    url: listener.url,
    fingerprint: node.fingerprint,
  }));
  return {
    url: addresses[0]?.url ?? "",
    fingerprint: addresses[0]?.fingerprint ?? "",
    endpoints: addresses,
    token,
    tokens,
    certificateAuthority: authority.certificate,
    nodes: [...cluster.nodes.keys()],
    containers: cluster.guests.size,
    clock,
    control: new Control({ clock, cluster, authority, endpoints, faults, requests }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
