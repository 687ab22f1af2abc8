import type { Container, ContainerHistory } from "../../model/index.js";
import { loadOperate } from "../base/rooms.js";
import type { Cluster } from "../cluster/cluster.js";
import { changeWords, outcomeWords } from "../scaling/decision-row.js";
import { share } from "./figures.js";
import { fixedAddresses } from "./network.js";

/** What a hover tells of a container beyond its row: asked for when somebody hovers over it, and not before. */
export interface Glimpse {
  /** Its use in the past hour as shares, oldest first; `null`: not to be had. */
  readonly pastHour: { readonly cpu: readonly (number | null)[]; readonly memory: readonly (number | null)[] } | null;
  /** Those that its configuration sets; `null`: not to be had. */
  readonly addresses: readonly string[] | null;
  /** As `PoliciesInForce.policyOf`. */
  readonly policy: string | null | undefined;
  /** The last change that is recorded on this machine. */
  readonly lastChange: { readonly time: number; readonly words: string } | null;
}

const validMilliseconds = 60_000;
/** A hover that comes later than this comes too late. */
const patienceMilliseconds = 2500;

interface Kept {
  readonly at: number;
  readonly history: ContainerHistory | null;
  readonly addresses: readonly string[] | null;
}

/** Gathers glimpses, and remembers what Proxmox recorded for a minute, which is how often it records. */
export class Glimpses {
  readonly #policyOf: (container: Container) => Promise<string | null | undefined>;
  readonly #kept = new WeakMap<Cluster, Map<string, Kept>>();

  constructor(policyOf: (container: Container) => Promise<string | null | undefined>) {
    this.#policyOf = policyOf;
  }

  /** Never rejects: what can't be had is left out. */
  async of(cluster: Cluster, container: Container, cancelled: AbortSignal): Promise<Glimpse> {
    const signal = AbortSignal.any([cancelled, AbortSignal.timeout(patienceMilliseconds)]);
    const [asked, policy, lastChange] = await Promise.all([
      this.#ask(cluster, container, signal).catch(() => null),
      this.#policyOf(container).catch(() => undefined),
      lastChangeOf(cluster, container).catch(() => null),
    ]);
    const history = asked?.history ?? null;
    const pastHour = history === null ? null : shares(history);
    return { pastHour, addresses: asked?.addresses ?? null, policy, lastChange };
  }

  async #ask(cluster: Cluster, container: Container, signal: AbortSignal): Promise<Omit<Kept, "at"> | null> {
    // A node that is away can't be asked.
    if (container.stale) return null;
    const kept = this.#of(cluster);
    const key = `${container.node}/${container.vmid}`;
    const known = kept.get(key);
    if (known !== undefined && Date.now() - known.at < validMilliseconds) return known;
    const gateway = await cluster.gateway();
    const [history, document] = await Promise.all([
      // Of what does not run there is nothing to draw.
      container.status === "running" ? gateway.usageHistory(container, "hour", { signal }).catch(() => null) : null,
      gateway.configurations?.read(container, { signal }).catch(() => null) ?? null,
    ]);
    const read = { at: Date.now(), history, addresses: document === null ? null : fixedAddresses(document.current) };
    kept.delete(key);
    kept.set(key, read);
    for (const oldest of [...kept.keys()].slice(0, -most)) kept.delete(oldest);
    return read;
  }

  #of(cluster: Cluster): Map<string, Kept> {
    const known = this.#kept.get(cluster);
    if (known !== undefined) return known;
    const kept = new Map<string, Kept>();
    this.#kept.set(cluster, kept);
    return kept;
  }
}

/** Nobody hovers over more than this in a minute. */
const most = 50;

function shares({ samples }: ContainerHistory): NonNullable<Glimpse["pastHour"]> {
  return {
    cpu: samples.map(({ cpu }) => cpu),
    memory: samples.map(({ memory, memoryLimit }) => share(memory, memoryLimit)),
  };
}

async function lastChangeOf(cluster: Cluster, { vmid }: Container): Promise<Glimpse["lastChange"]> {
  const { recordedPast } = await loadOperate();
  const { stateStore } = await cluster.records();
  const { history } = await recordedPast(vmid, Date.now(), [{ cluster: cluster.name, location: stateStore.location }]);
  const last = history.find(({ outcome: { outcome } }) => outcome === "applied" || outcome === "unknown");
  if (last === undefined) return null;
  const { outcome } = last;
  const change = changeWords(outcome);
  return { time: last.time, words: outcome.outcome === "applied" ? change : `${change}, ${outcomeWords(outcome)}` };
}
