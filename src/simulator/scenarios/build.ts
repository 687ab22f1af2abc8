import { Clock } from "../clock.js";
import { Cluster } from "../cluster/cluster.js";
import { Guest } from "../cluster/guest.js";
import { SimulatedNode } from "../cluster/node.js";
import { createPopulation } from "../load/index.js";
import type { SimulatorOptions } from "../options.js";
import { sharedStorage } from "../cluster/storage.js";
import { addTemplates, offeredTemplates, recordedTemplates } from "./templates.js";
import { configurationOf } from "./guest-configuration.js";
import { recordedCluster, recordedStart } from "./recorded.js";
import type { AddToken, Inhabitants } from "./scenario.js";
import { applyScenario, rootPassword } from "./variations.js";

export interface BuiltCluster {
  readonly cluster: Cluster;
  /** `user@realm!name` → the whole token. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The token that the scenario hands out. */
  readonly token: string;
}

/** Builds the cluster that the options ask for, running and with figures. */
export function buildCluster(
  options: SimulatorOptions,
  secrets: { readonly ticketKey: Buffer; readonly secret: string },
): BuiltCluster {
  const scenario = options.scenario ?? "demo";
  const start = options.start ?? (scenario === "recorded" ? recordedStart : Date.now());
  const clock = new Clock({ start, speed: options.speed ?? 1, manual: options.clock === "manual" });
  const inhabitants = scenario === "recorded" ? recordedCluster() : populate(options);
  const cluster = new Cluster({
    clock,
    pve: options.pve ?? 9,
    name: inhabitants.name,
    ticketKey: secrets.ticketKey,
    tokenConsoles: options.tokenConsoles ?? false,
    moreStorages: options.sharedStorage === true ? [sharedStorage] : [],
  });
  settle(cluster, inhabitants, start, options);
  addTemplates(cluster, scenario === "recorded" ? recordedTemplates : offeredTemplates.slice(0, 2));

  const tokens: Record<string, string> = {};
  const addToken: AddToken = (user, name, tokenOptions) => {
    if (!cluster.accounts.users.has(user)) cluster.accounts.addUser(user);
    const full = cluster.accounts.addToken(user, name, tokenOptions);
    tokens[`${user}!${name}`] = full;
    return full;
  };
  cluster.accounts.addUser("root@pam", { password: rootPassword });
  const token = applyScenario(scenario, cluster, addToken, secrets.secret);
  addAsked(options, cluster, addToken);
  return { cluster, tokens, token };
}

function populate(options: SimulatorOptions): Inhabitants {
  const { nodes, guests } =
    options.population ??
    createPopulation({
      nodes: options.nodes ?? 3,
      containers: options.containers ?? 20,
      seed: options.seed ?? 1,
      scenario: options.scenario === "quiet" ? "calm" : options.scenario === "rush" ? "rush" : "demo",
    });
  return {
    name: nodes.length > 1 ? "demo" : null,
    nodes,
    guests: guests.map((specification) => ({ specification, configuration: configurationOf(specification) })),
    // Longer than any container of a population has been up.
    uptimeSeconds: 90 * 86_400,
  };
}

const round = 10_000;

/** Puts nodes and containers into the cluster and does the rounds that give them figures. */
function settle(cluster: Cluster, inhabitants: Inhabitants, start: number, options: SimulatorOptions): void {
  for (const [index, specification] of inhabitants.nodes.entries()) {
    const node = new SimulatedNode(cluster.clock, specification, index + 1, {
      start,
      uptimeSeconds: inhabitants.uptimeSeconds + index * 137,
      // The daemons of the nodes don't beat together.
      phase: Math.floor((index * round) / inhabitants.nodes.length),
      seed: options.seed ?? 1,
      nextPid: () => cluster.tasks.nextPid(specification.name),
    });
    if (inhabitants.recordedSince !== undefined) node.forgetBefore(inhabitants.recordedSince);
    cluster.nodes.set(node.name, node);
  }
  for (const { specification, configuration } of inhabitants.guests) {
    const node = cluster.nodes.get(specification.node);
    if (node === undefined) throw new Error(`container ${specification.vmid} is on no node`);
    // A little before the start, so that the first figures are those of ten seconds.
    const guest = new Guest(specification.vmid, node, configuration, specification, start - 3 * round);
    if (guest.running) guest.pid = node.nextPid();
    guest.createdAt = inhabitants.recordedSince ?? null;
    cluster.addGuest(guest);
    if (specification.pool !== null) cluster.addToPool(specification.pool, specification.vmid);
  }
  for (const node of cluster.nodes.values()) node.catchUp();
}

function addAsked(options: SimulatorOptions, cluster: Cluster, addToken: AddToken): void {
  for (const [id, user] of Object.entries(options.users ?? {})) cluster.accounts.addUser(id, user);
  for (const [id, token] of Object.entries(options.tokens ?? {})) {
    const [user = "", name = ""] = id.split("!");
    addToken(user, name, token);
  }
  for (const [name, privileges] of Object.entries(options.roles ?? {})) cluster.accounts.addRole(name, privileges);
  for (const grant of options.grants ?? []) {
    cluster.accounts.grant(grant.path, grant.id, grant.role, { propagate: grant.propagate ?? true });
  }
}
