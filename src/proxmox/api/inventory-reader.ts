import pLimit from "p-limit";
import type {
  Container,
  ContainerConfiguration,
  ContainerRef,
  Inventory,
  InventoryProblem,
  Node,
  Storage,
} from "../../model/index.js";
import { ProxmoxError } from "../errors.js";
import type { InventoryOptions, NodeDetails } from "../gateway.js";
import type { ApiClient } from "./client.js";
import type { Clock } from "./clock.js";
import { unlessRefused, type ClusterReader } from "./cluster-reader.js";
import { configurationOf, inForce, pendingKeys, type ConfigurationCache } from "./configuration.js";
import { availableMemoryOf, loadOf, shrinkableCacheOf } from "./node-memory.js";
import { amountOf, recordOf, rowsOf } from "./numbers.js";
import { apiOf, part } from "./proxy.js";
import { RateMeter } from "./rates.js";
import { resourcesOf, withNodeRow } from "./resources.js";
import { listOf } from "./rows.js";
import { storagesOf } from "./storages.js";

/** As many as the transport has connections. */
const atOnce = 6;
/** A node without a ZFS cache is asked for one again after this long. */
const cacheCheckAge = 10 * 60 * 1000;

type NodeMemory = Pick<Node, "memoryAvailable" | "load">;

/** Reads inventories: one bulk request, and what was asked for beside it. */
export class InventoryReader {
  readonly #limit = pLimit(atOnce);
  /** When a node without a ZFS cache was found to have none. */
  readonly #withoutCache = new Map<string, number>();
  readonly #meter = new RateMeter();

  constructor(
    private readonly client: ApiClient,
    private readonly cluster: ClusterReader,
    private readonly cache: ConfigurationCache,
    private readonly clock: Clock,
  ) {}

  async read(options: InventoryOptions): Promise<Inventory> {
    const { signal } = options;
    // Without a type the one answer has nodes and containers both.
    const rows = await apiOf(this.client, "read the inventory", { signal }).cluster.resources.$get();
    const observedAt = this.clock.now();
    const entries = listOf(rows, "read the inventory");
    const bulk = resourcesOf(entries);
    const rates = this.#meter.measure(bulk.containers, entries, observedAt);
    this.cache.retain(new Set(bulk.containers.map(({ vmid }) => vmid)));
    const problems: InventoryProblem[] = [];
    const wanted = options.configurationOf;
    const managed = wanted === undefined ? [] : bulk.containers.filter(wanted);
    const [facts, configurations, memory, details, storages] = await Promise.all([
      this.cluster.facts(bulk.nodes, signal),
      this.#configurations(managed, options.configurationAge, problems, signal),
      options.nodeMemory === true
        ? this.#memory(nodesThatMatter(bulk.nodes, wanted === undefined ? null : managed), problems, signal)
        : new Map<string, NodeMemory>(),
      options.swapAndPressure === true ? this.#details(bulk.nodes, problems, signal) : null,
      options.storageOf === undefined
        ? null
        : this.#storages(nodesThatMatter(bulk.nodes, bulk.containers.filter(options.storageOf)), problems, signal),
    ]);
    const nodes = bulk.nodes.map((node) => ({
      ...node,
      memoryAvailable: null,
      ...memory.get(node.name),
      fingerprint: facts.fingerprints.get(node.name) ?? null,
    }));
    const containers = bulk.containers.map((container) => {
      const row = details?.get(container.vmid);
      const detailed = row === undefined ? container : withNodeRow(container, row);
      const configuration = configurations.get(container.vmid) ?? null;
      return {
        ...detailed,
        swapLimit: detailed.swapLimit ?? (configuration === null ? null : configuration.swap * 2 ** 20),
        rates: rates.get(container.vmid) ?? null,
        configuration,
      };
    });
    const whole = { nodes, containers, quorate: facts.quorate };
    return {
      cluster: facts.name ?? this.client.endpoint.host,
      observedAt,
      ...whole,
      ...(storages !== null && { storages }),
      problems: unique([...(await this.cluster.problems(whole, signal)), ...problems]),
    };
  }

  /** The inventory with what some of its nodes tell, see {@link Gateway.withNodeDetails}. */
  async withNodeDetails(
    inventory: Inventory,
    { memoryOf, storagesOf: storagesOn, swapAndPressureOf }: NodeDetails,
    signal: AbortSignal | undefined,
  ): Promise<Inventory> {
    const problems: InventoryProblem[] = [];
    const named = (names: ReadonlySet<string>): readonly Node[] =>
      inventory.nodes.filter(({ name, status }) => status === "online" && names.has(name));
    const [memory, storages, details] = await Promise.all([
      this.#memory(named(memoryOf), problems, signal),
      storagesOn.size === 0 ? null : this.#storages(named(storagesOn), problems, signal),
      swapAndPressureOf.size === 0 ? null : this.#details(named(swapAndPressureOf), problems, signal),
    ]);
    const others = (inventory.storages ?? []).filter(({ node }) => !storagesOn.has(node));
    return {
      ...inventory,
      nodes:
        memory.size === 0 ? inventory.nodes : inventory.nodes.map((node) => ({ ...node, ...memory.get(node.name) })),
      containers:
        details === null
          ? inventory.containers
          : inventory.containers.map((container) => {
              const row = details.get(container.vmid);
              return row === undefined ? container : withNodeRow(container, row);
            }),
      ...(storages !== null && { storages: [...others, ...storages] }),
      problems: unique([...inventory.problems, ...problems]),
    };
  }

  /** A fresh read of one, past the cache but kept there for nobody: sizes may differ from the bulk's by now. */
  async configuration(
    container: ContainerRef,
    signal: AbortSignal | undefined,
    pending: boolean,
  ): Promise<ContainerConfiguration> {
    const attempted = `read the configuration of ${container.vmid}`;
    const guest = apiOf(this.client, attempted, { signal }).nodes.$(part(container.node)).lxc.$(container.vmid);
    const configuration = configurationOf(await guest.config.$get(inForce), this.clock.now());
    this.cache.disprove(container.vmid, configuration.digest);
    return pending
      ? { ...configuration, pending: pendingKeys(listOf(await guest.pending.$get(), attempted)) }
      : configuration;
  }

  async #configurations(
    containers: readonly Container[],
    age: number | undefined,
    problems: InventoryProblem[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<number, ContainerConfiguration>> {
    const found = new Map<number, ContainerConfiguration>();
    const read = async (container: Container): Promise<void> => {
      // A node that is down answers after half a minute, if at all.
      const known = container.stale ? this.cache.last(container) : this.cache.fresh(container, age);
      if (known !== null) found.set(container.vmid, known);
      if (known !== null || container.stale) return;
      try {
        const fields = await apiOf(this.client, `read the configuration of ${container.vmid}`, { signal })
          .nodes.$(part(container.node))
          .lxc.$(container.vmid)
          .config.$get(inForce);
        const configuration = configurationOf(fields, this.clock.now());
        this.cache.keep(container, configuration);
        found.set(container.vmid, configuration);
      } catch (error) {
        problems.push(problemOf(error, container.node));
      }
    };
    await Promise.all(containers.map((container) => this.#limit(read, container)));
    return found;
  }

  async #memory(
    nodes: readonly Node[],
    problems: InventoryProblem[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, NodeMemory>> {
    const found = new Map<string, NodeMemory>();
    const read = async (node: Node): Promise<void> => {
      try {
        const api = apiOf(this.client, `read the memory of node ${node.name}`, { signal }).nodes.$(part(node.name));
        const [status, cache] = await Promise.all([
          api.status.$get() as Promise<unknown>,
          this.#shrinkableCache(node, signal),
        ]);
        const fields = recordOf(status);
        const available = availableMemoryOf(fields);
        found.set(node.name, {
          memoryAvailable: available === null ? null : available + cache,
          load: loadOf(fields),
        });
      } catch (error) {
        problems.push(problemOf(error, node.name));
      }
    };
    await Promise.all(nodes.map((node) => this.#limit(read, node)));
    return found;
  }

  /** Only `rrddata` knows the ZFS cache; a node that has none isn't asked each time. */
  async #shrinkableCache(node: Node, signal: AbortSignal | undefined): Promise<number> {
    const none = this.#withoutCache.get(node.name);
    if (none !== undefined && this.clock.now() - none < cacheCheckAge) return 0;
    const api = apiOf(this.client, `read the ZFS cache of node ${node.name}`, { signal }).nodes.$(part(node.name));
    // Without it the answer is only too small, never too big.
    const rows = await unlessRefused(api.rrddata.$get({ timeframe: "hour" }));
    const bytes = shrinkableCacheOf(rowsOf(rows), node.memoryLimit);
    if (bytes === 0) this.#withoutCache.set(node.name, this.clock.now());
    else this.#withoutCache.delete(node.name);
    return bytes;
  }

  /** A node lists only the storages that the credentials may see: with none of them the list is empty, not refused. */
  async #storages(
    nodes: readonly Node[],
    problems: InventoryProblem[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Storage[]> {
    const read = async ({ name }: Node): Promise<readonly Storage[]> => {
      const attempted = `read the storages of node ${name}`;
      try {
        const api = apiOf(this.client, attempted, { signal }).nodes.$(part(name));
        return storagesOf(listOf(await api.storage.$get({ content: "rootdir" }), attempted), name);
      } catch (error) {
        problems.push(problemOf(error, name));
        return [];
      }
    };
    return (await Promise.all(nodes.map((node) => this.#limit(read, node)))).flat();
  }

  async #details(
    nodes: readonly Node[],
    problems: InventoryProblem[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<number, Readonly<Record<string, unknown>>>> {
    const found = new Map<number, Readonly<Record<string, unknown>>>();
    const read = async ({ name }: Node): Promise<void> => {
      try {
        const api = apiOf(this.client, `read swap and pressure on node ${name}`, { signal });
        for (const row of rowsOf(await api.nodes.$(part(name)).lxc.$get())) {
          const vmid = amountOf(row["vmid"]);
          if (vmid !== null) found.set(vmid, row);
        }
      } catch (error) {
        problems.push(problemOf(error, name));
      }
    };
    const online = nodes.filter(({ status }) => status === "online");
    await Promise.all(online.map((node) => this.#limit(read, node)));
    return found;
  }
}

/** The nodes of the managed containers, or all; none that is not online. */
function nodesThatMatter(nodes: readonly Node[], managed: readonly Container[] | null): readonly Node[] {
  const names = managed === null ? null : new Set(managed.map(({ node }) => node));
  return nodes.filter(({ name, status }) => status === "online" && (names === null || names.has(name)));
}

/** A part that could not be read is a problem of the inventory; a cancelled read is none at all. */
function problemOf(error: unknown, node: string): InventoryProblem {
  if (!(error instanceof ProxmoxError) || error.kind === "cancelled" || error.kind === "not-authenticated") throw error;
  return { node, message: error.message };
}

function unique(problems: readonly InventoryProblem[]): readonly InventoryProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.node} ${problem.message}`, problem])).values()];
}
