import {
  parseUpid,
  type ContainerConfiguration,
  type ContainerHistory,
  type ContainerRef,
  type Disk,
  type Inventory,
  type Task,
} from "../../model/index.js";
import type { ConnectionOptions } from "../connection.js";
import { ProxmoxError } from "../errors.js";
import type {
  Gateway,
  InventoryOptions,
  Notes,
  NodeDetails,
  Permissions,
  PowerVerb,
  SizeChange,
  VersionInformation,
} from "../gateway.js";
import type { BackupPort } from "../ports/backups.js";
import type { FigurePort } from "../ports/figures.js";
import type { SnapshotPort } from "../ports/snapshots.js";
import type { LifecyclePort } from "../ports/lifecycle.js";
import type { TemplatePort } from "../ports/templates.js";
import type { ConfigurationPort } from "../ports/configurations.js";
import type { PoolPort } from "../ports/pools.js";
import type { ClusterStatePort } from "../ports/cluster-state.js";
import type { TaskArchivePort } from "../ports/task-archive.js";
import type { ConsolePort } from "../ports/consoles.js";
import type { StoragePort } from "../ports/storages.js";
import type { RequestOptions } from "../request-options.js";
import type { TaskLogLine } from "../task-log-line.js";
import type { UsageSpan } from "../usage-span.js";
import { ApiClient } from "./client.js";
import { systemClock, type Clock } from "./clock.js";
import { ClusterReader, unlessRefused } from "./cluster-reader.js";
import { ConfigurationCache, configurationOf } from "./configuration.js";
import { historyOf } from "./history.js";
import { InventoryReader } from "./inventory-reader.js";
import { amountOf, recordOf, textOf } from "./numbers.js";
import { backupsOver } from "./nouns/backups.js";
import { figuresOver } from "./nouns/figures.js";
import { snapshotsOver } from "./nouns/snapshots.js";
import { lifecycleOver } from "./nouns/lifecycle.js";
import { templatesOver } from "./nouns/templates.js";
import { configurationsOver } from "./nouns/configurations.js";
import { poolsOver } from "./nouns/pools.js";
import { clusterStateOver } from "./nouns/cluster-state.js";
import { taskArchiveOver } from "./nouns/task-archive.js";
import { consolesOver } from "./nouns/consoles.js";
import { storagesOver } from "./nouns/storages.js";
import { apiOf, part, type Api } from "./proxy.js";
import { requireDigest } from "./require-digest.js";
import { Requests } from "./requests.js";
import { listOf } from "./rows.js";
import { listedTaskOf, logLinesOf, singleTaskOf } from "./tasks.js";

/** Lines of a log asked for at once; Proxmox's own default is 50. */
const logPage = 1000;

/** The {@link Gateway} over Proxmox VE's HTTPS API. Nothing is sent before the first call. */
export class ApiGateway implements Gateway {
  readonly figures: FigurePort;
  readonly snapshots: SnapshotPort;
  readonly backups: BackupPort;
  readonly storages: StoragePort;
  readonly consoles: ConsolePort;
  readonly taskArchive: TaskArchivePort;
  readonly clusterState: ClusterStatePort;
  readonly pools: PoolPort;
  readonly configurations: ConfigurationPort;
  readonly templates: TemplatePort;
  readonly lifecycle: LifecyclePort;
  readonly #client: ApiClient;
  readonly #cluster: ClusterReader;
  readonly #cache: ConfigurationCache;
  readonly #inventory: InventoryReader;
  readonly #requests: Requests;

  constructor(options: ConnectionOptions, clock: Clock = systemClock) {
    this.#client = new ApiClient(options, clock);
    this.#cluster = new ClusterReader(this.#client, clock);
    this.#cache = new ConfigurationCache(clock);
    this.#inventory = new InventoryReader(this.#client, this.#cluster, this.#cache, clock);
    this.#requests = new Requests(this.#client, (vmid, error) => {
      if (error instanceof ProxmoxError && error.kind === "no-quorum") this.#cluster.forgetFacts();
      // Whatever came of it, what was known before is not what is there now.
      this.#cache.forget(vmid);
    });
    this.figures = figuresOver(this.#requests);
    this.snapshots = snapshotsOver(this.#requests);
    this.backups = backupsOver(this.#requests);
    this.storages = storagesOver(this.#requests);
    this.consoles = consolesOver(this.#requests);
    this.taskArchive = taskArchiveOver(this.#requests);
    this.clusterState = clusterStateOver(this.#requests);
    this.pools = poolsOver(this.#requests);
    this.configurations = configurationsOver(this.#requests);
    this.templates = templatesOver(this.#requests);
    this.lifecycle = lifecycleOver(this.#requests);
  }

  get endpoint(): string {
    return this.#client.endpoint.name;
  }

  get answeredAt(): number | null {
    return this.#client.answeredAt;
  }

  get identity(): string {
    return this.#client.identity;
  }

  async version(options: RequestOptions = {}): Promise<VersionInformation> {
    const fields = await this.#api("read the version", options).version.$get();
    return { version: textOf(fields.version) ?? "", release: textOf(fields.release) ?? "" };
  }

  inventory(options: InventoryOptions = {}): Promise<Inventory> {
    return this.#inventory.read(options);
  }

  withNodeDetails(inventory: Inventory, wanted: NodeDetails, options: RequestOptions = {}): Promise<Inventory> {
    return this.#inventory.withNodeDetails(inventory, wanted, options.signal);
  }

  configuration(
    container: ContainerRef,
    { signal, pending = false }: RequestOptions & { readonly pending?: boolean } = {},
  ): Promise<ContainerConfiguration> {
    return this.#inventory.configuration(container, signal, pending);
  }

  async notes(container: ContainerRef, options: RequestOptions = {}): Promise<Notes> {
    const api = this.#api(`read the notes of ${container.vmid}`, options);
    const { description, digest } = configurationOf(await this.#guest(api, container).config.$get(), 0);
    return { notes: description, digest };
  }

  async writeNotes(
    container: ContainerRef,
    notes: string,
    digest: string,
    options: RequestOptions = {},
  ): Promise<void> {
    const attempted = `write the notes of ${container.vmid}`;
    requireDigest(digest, attempted);
    const { config } = this.#guest(this.#api(attempted, options), container);
    // Nothing about its size changes, so what is known of that stays good.
    await config.$put(notes === "" ? { delete: "description", digest } : { description: notes, digest });
  }

  async usageHistory(
    container: ContainerRef,
    span: UsageSpan,
    options: RequestOptions = {},
  ): Promise<ContainerHistory> {
    const attempted = `read the recorded usage of ${container.vmid}`;
    const guest = this.#guest(this.#api(attempted, options), container);
    return historyOf(listOf(await guest.rrddata.$get({ timeframe: span, cf: "AVERAGE" }), attempted));
  }

  async resize(
    container: ContainerRef,
    change: SizeChange,
    digest: string,
    options: RequestOptions = {},
  ): Promise<void> {
    const attempted = `set the size of ${container.vmid} (${describeChange(change)})`;
    requireDigest(digest, attempted);
    if (Object.values(change).every((value) => value === undefined)) {
      throw new ProxmoxError("invalid-parameter", `Could not ${attempted}: no new size is given.`, { attempted });
    }
    const { cores, cpulimit, ...sizes } = change;
    const removed = [cores === null ? ["cores"] : [], cpulimit === null ? ["cpulimit"] : []].flat();
    await this.#requests.write(container, () =>
      this.#guest(this.#api(attempted, options), container).config.$put({
        ...sizes,
        ...(typeof cores === "number" && { cores }),
        ...(typeof cpulimit === "number" && { cpulimit }),
        ...(removed.length > 0 && { delete: removed.join(",") }),
        digest,
      }),
    );
  }

  async growVolume(
    container: ContainerRef,
    volume: Disk,
    size: number,
    digest: string,
    options: RequestOptions = {},
  ): Promise<string> {
    const attempted = `grow ${volume} of ${container.vmid} to ${size} GiB`;
    requireDigest(digest, attempted);
    if (!(size > 0 && size < Number.POSITIVE_INFINITY)) {
      throw new ProxmoxError("invalid-parameter", `Could not ${attempted}: that is no size.`, { attempted });
    }
    const answer: unknown = await this.#requests.write(container, () =>
      this.#guest(this.#api(attempted, options), container).resize.$put({
        // proxmox-api names each of the 256 mount points.
        disk: volume as "rootfs",
        size: volumeSizeOf(size),
        digest,
      }),
    );
    return this.#requests.upidOf(answer, attempted);
  }

  async power(container: ContainerRef, verb: PowerVerb, options: RequestOptions = {}): Promise<string> {
    const attempted = `${verb} ${container.vmid}`;
    const { status } = this.#guest(this.#api(attempted, options), container);
    return this.#requests.upidOf(await status[verb].$post(), attempted);
  }

  async tasks(options: RequestOptions = {}): Promise<readonly Task[]> {
    const rows = listOf(await this.#api("read the tasks", options).cluster.tasks.$get(), "read the tasks");
    return rows.flatMap((row) => listedTaskOf(row) ?? []).sort((a, b) => b.startedAt - a.startedAt);
  }

  async task(upid: string, options: RequestOptions = {}): Promise<Task> {
    const attempted = `read the state of task ${upid}`;
    const task = singleTaskOf(recordOf(await this.#task(upid, attempted, options).status.$get()));
    if (task !== null) return task;
    throw new ProxmoxError("refused", `Could not ${attempted}: Proxmox answered without its parts.`, {
      attempted,
      upid,
    });
  }

  async taskLog(
    upid: string,
    options: RequestOptions & { readonly from?: number } = {},
  ): Promise<readonly TaskLogLine[]> {
    const lines: TaskLogLine[] = [];
    for (let start = options.from ?? 0; ; start += logPage) {
      const page = logLinesOf(
        await this.#task(upid, `read the log of task ${upid}`, options).log.$get({ start, limit: logPage }),
        start,
      );
      lines.push(...page);
      if (page.length < logPage) return lines;
    }
  }

  async stopTask(upid: string, options: RequestOptions = {}): Promise<void> {
    await this.#task(upid, `stop task ${upid}`, options).$delete();
  }

  permissions(options: RequestOptions = {}): Promise<Permissions> {
    return this.#cluster.permissions(options.signal);
  }

  async serverTime(options: RequestOptions = {}): Promise<number> {
    const { localNode } = await this.#cluster.facts(null, options.signal);
    if (localNode !== null) {
      // Needs Sys.Audit; whoever has it not is told the time by the answers' own header.
      const fields = await unlessRefused(this.#api("read the clock", options).nodes.$(part(localNode)).time.$get());
      const seconds = amountOf(fields?.time);
      if (seconds !== null) return seconds * 1000;
    }
    const { date } = await this.#client.request({
      method: "GET",
      path: "/version",
      attempted: "read the clock",
      signal: options.signal,
    });
    const time = Date.parse(date ?? "");
    if (!Number.isNaN(time)) return time;
    throw new ProxmoxError(
      "forbidden",
      `Could not read the clock: ${this.endpoint} tells it only with Sys.Audit on /nodes.`,
      {
        attempted: "read the clock",
        endpoint: this.endpoint,
      },
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client[Symbol.asyncDispose]();
  }

  #api(attempted: string, { signal }: RequestOptions): Api {
    return apiOf(this.#client, attempted, { signal });
  }

  #guest(api: Api, { node, vmid }: ContainerRef): ReturnType<ReturnType<Api["nodes"]["$"]>["lxc"]["$"]> {
    return api.nodes.$(part(node)).lxc.$(vmid);
  }

  #task(
    upid: string,
    attempted: string,
    options: RequestOptions,
  ): ReturnType<ReturnType<Api["nodes"]["$"]>["tasks"]["$"]> {
    const parts = parseUpid(upid);
    if (parts === null) {
      throw new ProxmoxError("invalid-parameter", `“${upid.slice(0, 200)}” is not the id of a task.`, { attempted });
    }
    return this.#api(attempted, options).nodes.$(part(parts.node)).tasks.$(part(upid));
  }
}

/** `8G`, or `1536M` where it is no whole number of GiB: up to the next MiB. */
function volumeSizeOf(gibibytes: number): string {
  return Number.isInteger(gibibytes) ? `${gibibytes}G` : `${Math.ceil(gibibytes * 1024 - 1e-6)}M`;
}

function describeChange({ cores, cpulimit, memory, swap }: SizeChange): string {
  const parts = [
    cores === undefined ? [] : `cores ${cores ?? "unset"}`,
    cpulimit === undefined ? [] : `cpulimit ${cpulimit ?? "unset"}`,
    memory === undefined ? [] : `memory ${memory} MiB`,
    swap === undefined ? [] : `swap ${swap} MiB`,
  ].flat();
  return parts.length === 0 ? "nothing" : parts.join(", ");
}
