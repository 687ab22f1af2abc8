import type { Inventory, InventoryProblem, Node } from "../../model/index.js";
import { ProxmoxError } from "../errors.js";
import type { Permissions } from "../gateway.js";
import { grantLine } from "./advice.js";
import type { ApiClient } from "./client.js";
import type { Clock } from "./clock.js";
import { clusterFactsOf, type ClusterFacts } from "./cluster-facts.js";
import { recordOf } from "./numbers.js";
import { apiOf } from "./proxy.js";

/** Facts and permissions are believed this long. */
const maximumAge = 10 * 60 * 1000;
/** With a node away the quorum may go next: it is lost some 30 seconds after the node (measured). */
const uneasyAge = 30 * 1000;

interface Dated<T> {
  readonly value: T;
  readonly key: string;
  readonly readAt: number;
}

/** Reads what concerns the cluster as a whole, as seldom as it changes. */
export class ClusterReader {
  #facts: Dated<ClusterFacts> | null = null;
  #permissions: Dated<Permissions> | null = null;

  constructor(
    private readonly client: ApiClient,
    private readonly clock: Clock,
  ) {}

  /** Quorum and certificates; read anew when a node came, went or changed its status, and while there is no quorum. */
  async facts(nodes: readonly Node[] | null, signal: AbortSignal | undefined): Promise<ClusterFacts> {
    const key = nodes?.map(({ name, status }) => `${name} ${status}`).join() ?? this.#facts?.key ?? "";
    const known = this.#facts;
    if (known?.key === key && this.clock.now() - known.readAt < this.#ageOf(known.value, nodes)) return known.value;
    const api = apiOf(this.client, "read the state of the cluster", { signal });
    const [status, listed] = await Promise.all([
      unlessRefused(api.cluster.status.$get()),
      unlessRefused(api.nodes.$get()),
    ]);
    const value = clusterFactsOf(status, listed);
    this.#facts = { value, key, readAt: this.clock.now() };
    return value;
  }

  /** Makes the next inventory ask for the quorum again. */
  forgetFacts(): void {
    this.#facts = null;
  }

  async permissions(signal: AbortSignal | undefined): Promise<Permissions> {
    const data: unknown = await apiOf(this.client, "read the permissions", { signal }).access.permissions.$get();
    const value = new Map(
      Object.entries(recordOf(data)).map(([path, privileges]) => [path, new Set(Object.keys(recordOf(privileges)))]),
    );
    this.#permissions = { value, key: "", readAt: this.clock.now() };
    return value;
  }

  /** What an inventory can't show, and why. */
  async problems(
    inventory: Pick<Inventory, "nodes" | "containers" | "quorate">,
    signal: AbortSignal | undefined,
  ): Promise<readonly InventoryProblem[]> {
    const { nodes, containers, quorate } = inventory;
    const problems: InventoryProblem[] = nodes
      .filter(({ status }) => status !== "online")
      .map(({ name, status }) => {
        const count = containers.filter(({ node }) => node === name).length;
        const whose = count === 1 ? "container" : `${count} containers`;
        const shown = count === 0 ? "" : ` What is shown of its ${whose} is the last that was known.`;
        return {
          node: name,
          message: `Node ${name} is ${status === "offline" ? "offline" : "in an unknown state"}.${shown}`,
        };
      });
    if (quorate === false) {
      problems.push({
        node: null,
        message: "The cluster has lost its quorum: it refuses every change until enough of its nodes are back.",
        advice: "pvecm status",
      });
    }
    if (nodes.some(({ status, memoryLimit }) => status === "online" && memoryLimit === null)) {
      problems.push(this.#unseen("The usage of the nodes is not shown: Sys.Audit on /nodes is missing.", "/nodes"));
    }
    if (containers.length === 0 && !(await this.#mayAudit(signal))) {
      problems.push(
        this.#unseen(
          `${this.client.identity} sees no containers: it has VM.Audit nowhere, and Proxmox VE then lists none.`,
          "/",
        ),
      );
    }
    return problems;
  }

  #unseen(message: string, path: string): InventoryProblem {
    return { node: null, message, advice: grantLine(path, this.client.identity, "PVEAuditor") };
  }

  /** Whether an empty list of containers is the truth. */
  async #mayAudit(signal: AbortSignal | undefined): Promise<boolean> {
    const known = this.#permissions;
    const permissions =
      known !== null && this.#isFresh(known) ? known.value : await unlessRefused(this.permissions(signal));
    return [...(permissions ?? [])].some(
      ([path, privileges]) => privileges.has("VM.Audit") && /^\/(?:$|vms(?:\/|$)|pool(?:\/|$))/u.test(path),
    );
  }

  #ageOf({ quorate }: ClusterFacts, nodes: readonly Node[] | null): number {
    // What may not be seen is not asked for again and again.
    if (quorate === null) return maximumAge;
    if (!quorate) return 0;
    return nodes?.every(({ status }) => status === "online") === false ? uneasyAge : maximumAge;
  }

  #isFresh(dated: Dated<unknown>): boolean {
    return this.clock.now() - dated.readAt < maximumAge;
  }
}

/** `null` for what the credentials may not see or the server does not have; the rest stays an error. */
export async function unlessRefused<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ProxmoxError && ["forbidden", "refused", "not-found"].includes(error.kind)) return null;
    throw error;
  }
}
