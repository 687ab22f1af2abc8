import pLimit from "p-limit";
import type { RecordedFigures } from "../../model/index.js";
import {
  mostCompared,
  noColumns,
  spanSeconds,
  type ChartDocument,
  type ChartedThing,
  type ChartMark,
  type ChartNotice,
  type ChartSpan,
  type ChartSubject,
} from "../../views/index.js";
import { Emitter, type Event } from "../base/emitter.js";
import { l10n } from "../base/l10n.js";
import { Owner, type Disposable } from "../base/lifetime.js";
import { isCancelled, isProxmoxError, sentenceOf } from "../base/problem.js";
import { loadProxmox } from "../base/rooms.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Clusters } from "../cluster/clusters.js";
import { systemTimers, type Timers } from "../cluster/inventory-model.js";
import { statusWord } from "../containers/container-row.js";
import { containerName } from "../containers/names.js";
import { demoId } from "../demo/demo-cluster.js";
import { containerSample, liveColumns, nodeSample, recordedColumns, type LiveSample } from "./columns.js";
import { marksOf } from "./marks.js";

export interface ChartSourceOptions {
  readonly clusters: Pick<Clusters, "byId" | "onDidChange">;
  readonly subject: ChartSubject;
  readonly span: ChartSpan;
  /** A time of day for people. */
  readonly timeOfDay: (time: number) => string;
  readonly timers?: Timers;
}

/** Something to draw: a node or a container of a cluster. */
interface Thing {
  readonly key: string;
  readonly cluster: string;
  /** `null`: it is a node. */
  readonly vmid: number | null;
  /** Of a node. */
  readonly node: string;
}

/** What is known of a thing. */
interface Known {
  readonly looks: LiveSample[];
  /** Of the span that is shown; `null`: not read yet. */
  recorded: RecordedFigures | null;
  /** Why not, in a sentence; `null`: it could be read. */
  problem: string | null;
  /** As it was called last. */
  name: string | null;
}

/** Requests for recorded usage at the same time. */
const atOnce = 4;
/** So many looks are kept: two hours at one every ten seconds. */
const mostLooks = 720;
/** Seconds between two reads of what was recorded: no less than a minute, the finest step there is. */
const leastSeconds = 60;
const mostSeconds = 600;
/** After a failure a host that is down is not hammered. */
const afterFailureSeconds = 30;
/** A clock that is off by less is taken for right. */
const skewTolerated = 2000;

/** What has changed: all of the document, or only its tail. */
export type ChartChange = "all" | "tail";

/**
 * Brings together what a chart shows: what Proxmox VE recorded, what each look at the cluster saw since, and what the
 * autoscaler changed. It reads while somebody looks, and whenever asked.
 */
export class ChartSource extends Owner {
  readonly subject: ChartSubject;
  readonly #clusters: ChartSourceOptions["clusters"];
  readonly #timeOfDay: ChartSourceOptions["timeOfDay"];
  readonly #timers: Timers;
  readonly #things: readonly Thing[];
  readonly #known = new Map<string, Known>();
  readonly #changed = this.own(new Emitter<ChartChange>());
  readonly onDidChange: Event<ChartChange> = this.#changed.event;
  #span: ChartSpan;
  #looking: Disposable[] | null = null;
  #timer: unknown = null;
  #abort = new AbortController();
  #readAt: number | null = null;
  #failed = false;
  #reading = 0;
  #marks: readonly ChartMark[] = [];
  #recordsProblem: string | null = null;
  /** The cluster's clock less ours in milliseconds, by cluster. */
  readonly #skews = new Map<string, number>();
  /** Clocks that are known, or being asked for: once each time that somebody begins to look. */
  readonly #clocks = new Map<string, Promise<void>>();
  readonly #pending = new Set<Promise<void>>();

  constructor({ clusters, subject, span, timeOfDay, timers = systemTimers }: ChartSourceOptions) {
    super();
    this.subject = subject;
    this.#clusters = clusters;
    this.#span = span;
    this.#timeOfDay = timeOfDay;
    this.#timers = timers;
    this.#things = thingsOf(subject);
    for (const { key } of this.#things) this.#known.set(key, { looks: [], recorded: null, problem: null, name: null });
    this.own(
      clusters.onDidChange(({ cluster, container }) => {
        if (container !== undefined) return;
        if (cluster === null) this.#reconnect();
        else if (this.#looking !== null && this.#things.some((thing) => thing.cluster === cluster.id)) {
          void this.#track(this.#look(cluster));
        }
      }),
    );
    this.own({ dispose: () => this.hide() });
  }

  get span(): ChartSpan {
    return this.#span;
  }

  /** Somebody looks: reads what is due, and goes on reading. */
  show(): void {
    if (this.disposed || this.#looking !== null) return;
    this.#abort = new AbortController();
    this.#clocks.clear();
    this.#looking = this.#connected().map(({ inventory }) => inventory.look());
    for (const cluster of this.#connected()) {
      if (cluster.inventory.inventory !== null) void this.#track(this.#look(cluster));
    }
    this.#schedule();
  }

  /** Nobody looks: nothing is read any more. */
  hide(): void {
    this.#abort.abort();
    this.#clearTimer();
    for (const looking of this.#looking ?? []) looking.dispose();
    this.#looking = null;
  }

  /** Goes to another span. */
  choose(span: ChartSpan): void {
    if (span === this.#span) return;
    this.#span = span;
    for (const known of this.#known.values()) known.recorded = null;
    this.#readAt = null;
    this.#changed.fire("all");
    if (this.#looking !== null) void this.#track(this.#read());
  }

  /** Reads everything again, whether or not it is due. */
  async refresh(): Promise<void> {
    const reads = this.#connected().map(({ inventory }) => inventory.refresh());
    await Promise.all([...reads, this.#track(this.#read())]);
  }

  /** Settles when nothing is being read. */
  async whenIdle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }

  get document(): ChartDocument {
    const stepSeconds = Math.max(...[...this.#known.values()].map(({ recorded }) => recorded?.stepSeconds ?? 60));
    const to = this.#end();
    return {
      kind: this.subject.kind,
      title: this.#title(),
      subtitle: this.#subtitle(),
      span: this.#span,
      from: to - spanSeconds[this.#span] * 1000,
      to,
      stepSeconds,
      things: this.#things.map((thing) => this.#charted(thing)),
      marks: this.#marks,
      notices: this.#notices(),
      reading: this.#reading > 0 && [...this.#known.values()].every(({ recorded }) => recorded === null),
    };
  }

  #connected(): readonly Cluster[] {
    const ids = new Set(this.#things.map(({ cluster }) => cluster));
    return [...ids].flatMap((id) => this.#clusters.byId(id) ?? []);
  }

  /** A cluster came or went. */
  #reconnect(): void {
    if (this.#looking === null) {
      this.#changed.fire("tail");
      return;
    }
    this.hide();
    this.#readAt = null;
    this.show();
    this.#changed.fire("all");
  }

  /** The newest time that anything is known of, by the cluster's clock; ours where nothing is. */
  #end(): number {
    const times = this.#things.flatMap(({ key, cluster }) => {
      const known = this.#known.get(key);
      const seen = this.#clusters.byId(cluster)?.inventory.inventory?.observedAt;
      return [
        known?.recorded?.points.at(-1)?.time ?? [],
        known?.looks.at(-1)?.time ?? [],
        seen === undefined ? [] : seen + (this.#skews.get(cluster) ?? 0),
      ].flat();
    });
    return times.length === 0 ? this.#timers.now() : Math.max(...times);
  }

  #charted(thing: Thing): ChartedThing {
    const known = this.#known.get(thing.key);
    const recorded = known?.recorded ?? null;
    const looks = known?.looks ?? [];
    const step = recorded?.stepSeconds ?? leastSeconds;
    return {
      name: this.#nameOf(thing),
      recorded: recorded === null ? noColumns : recordedColumns(recorded, looks),
      live: liveColumns(looks, recorded?.points.at(-1)?.time ?? 0, step),
      note: this.#noteOf(thing),
    };
  }

  #nameOf(thing: Thing): string {
    if (thing.vmid === null) return thing.node;
    const known = this.#known.get(thing.key);
    const container = this.#clusters.byId(thing.cluster)?.container(thing.vmid);
    const name = container === undefined ? (known?.name ?? `CT ${thing.vmid}`) : containerName(container);
    if (known !== undefined) known.name = name;
    const several = new Set(this.#things.map(({ cluster }) => cluster)).size > 1;
    return several ? `${name} · ${this.#clusters.byId(thing.cluster)?.name ?? thing.cluster}` : name;
  }

  #title(): string {
    const [first] = this.#things;
    if (first === undefined) return "";
    if (this.#things.length > 1) return l10n.t("{0} containers", this.#things.length);
    return titleOf(this.#nameOf(first), first);
  }

  #subtitle(): string {
    const [first] = this.#things;
    const clusters = this.#connected().map(({ fullName }) => fullName);
    const container =
      first === undefined || first.vmid === null || this.#things.length > 1
        ? undefined
        : this.#clusters.byId(first.cluster)?.container(first.vmid);
    return [...(container === undefined ? [] : [container.node]), ...clusters].join(" · ");
  }

  /** What has to be known of a thing besides its figures. */
  #noteOf({ key, cluster: id, vmid, node }: Thing): string | null {
    const cluster = this.#clusters.byId(id);
    const inventory = cluster?.inventory.inventory ?? null;
    const known = this.#known.get(key);
    if (cluster === undefined || inventory === null) return known?.problem ?? null;
    const place = vmid === null ? node : cluster.container(vmid)?.node;
    const host = inventory.nodes.find(({ name }) => name === place);
    if (vmid === null && host === undefined) return l10n.t("There is no node {0} in this cluster any more.", node);
    const container = vmid === null ? undefined : cluster.container(vmid);
    if (vmid !== null && container === undefined) {
      return l10n.t("There is no container {0} in this cluster any more.", vmid);
    }
    if (host !== undefined && host.status !== "online") {
      const since = cluster.inventory.offlineSince(host.name);
      return since === undefined
        ? l10n.t("Node {0} is offline: nothing new is known.", host.name)
        : l10n.t("Node {0} has been offline since {1}: nothing new is known.", host.name, this.#timeOfDay(since));
    }
    if (container?.template === true) return l10n.t("It is a template: it never runs.");
    if (container !== undefined && container.status !== "running") {
      return l10n.t("It is {0}.", statusWord(container.status));
    }
    return known?.problem ?? null;
  }

  #notices(): readonly ChartNotice[] {
    const retry = { run: "retry", title: l10n.t("Try again") } as const;
    const ids = [...new Set(this.#things.map(({ cluster }) => cluster))];
    const notices = ids.flatMap((id): readonly ChartNotice[] => {
      const cluster = this.#clusters.byId(id);
      if (cluster === undefined) {
        return [
          id === demoId
            ? {
                text: l10n.t("The demo cluster does not run."),
                action: { run: "tryDemo", title: l10n.t("Try the demo cluster") },
              }
            : {
                text: l10n.t("The cluster of this chart is not connected any more."),
                action: { run: "connect", title: l10n.t("Connect to Proxmox…") },
              },
        ];
      }
      const { problem, readAt } = cluster.inventory;
      if (problem === null) return [];
      const known = readAt === null ? "" : ` ${l10n.t("What is drawn was known at {0}.", this.#timeOfDay(readAt))}`;
      return [{ text: `${cluster.fullName}: ${problem.sentence}${known}`, action: retry }];
    });
    if (this.#recordsProblem !== null) {
      notices.push({
        text: l10n.t("What the autoscaler changed could not be read: {0}", this.#recordsProblem),
        action: null,
      });
    }
    return notices;
  }

  /** Takes in what a read of the cluster has shown, with the swap and pressure that its bulk request does not have. */
  async #look(cluster: Cluster): Promise<void> {
    const { signal } = this.#abort;
    const { inventory } = cluster.inventory;
    const things = this.#things.filter((thing) => thing.cluster === cluster.id);
    if (inventory === null || cluster.inventory.problem !== null) {
      this.#changed.fire("tail");
      return;
    }
    await this.#clock(cluster, signal);
    const nodes = new Set(things.flatMap(({ vmid }) => (vmid === null ? [] : (cluster.container(vmid)?.node ?? []))));
    let detailed = inventory;
    if (nodes.size > 0) {
      try {
        const gateway = await cluster.gateway();
        const none = new Set<string>();
        const wanted = { memoryOf: none, storagesOf: none, swapAndPressureOf: nodes };
        detailed = await gateway.withNodeDetails(inventory, wanted, { signal });
      } catch {
        // Without them the chart lacks two panels; why the cluster does not answer its next read will tell.
      }
    }
    if (signal.aborted || this.disposed) return;
    const time = inventory.observedAt + (this.#skews.get(cluster.id) ?? 0);
    for (const { key, vmid, node } of things) {
      const looks = this.#known.get(key)?.looks;
      if (looks === undefined) continue;
      // The same look with more of it, or what was seen by a clock that was wrong.
      while ((looks.at(-1)?.time ?? 0) >= time) looks.pop();
      const container = vmid === null ? undefined : detailed.containers.find((one) => one.vmid === vmid);
      const host = vmid === null ? detailed.nodes.find(({ name }) => name === node) : undefined;
      if (container !== undefined) looks.push(containerSample(container, time));
      if (host !== undefined) looks.push(nodeSample(host, time));
      if (looks.length > mostLooks) looks.shift();
    }
    this.#changed.fire("tail");
  }

  /** Reads what was recorded and what was changed. Never rejects. */
  async #read(): Promise<void> {
    this.#clearTimer();
    const { signal } = this.#abort;
    const span = this.#span;
    this.#reading += 1;
    if (this.#readAt === null) this.#changed.fire("all");
    const limit = pLimit(atOnce);
    this.#failed = false;
    try {
      await Promise.all(this.#things.map((thing) => limit(() => this.#readRecorded(thing, span, signal))));
      await this.#readMarks();
    } finally {
      this.#reading -= 1;
    }
    if (signal.aborted || this.disposed || span !== this.#span) return;
    this.#readAt = this.#timers.now();
    this.#changed.fire("all");
    this.#schedule();
  }

  /** What is recorded has the cluster's time, what we see has ours. Never rejects. */
  #clock(cluster: Cluster, signal: AbortSignal): Promise<void> {
    let asked = this.#clocks.get(cluster.id);
    if (asked === undefined) {
      asked = this.#learnClock(cluster, signal);
      this.#clocks.set(cluster.id, asked);
    }
    return asked;
  }

  async #learnClock(cluster: Cluster, signal: AbortSignal): Promise<void> {
    try {
      const gateway = await cluster.gateway();
      const skew = (await gateway.serverTime({ signal })) - Date.now();
      this.#skews.set(cluster.id, Math.abs(skew) < skewTolerated ? 0 : skew);
    } catch {
      // Asked again at the next look; the read that comes with it tells why.
      this.#clocks.delete(cluster.id);
    }
  }

  async #readRecorded({ key, cluster: id, vmid, node }: Thing, span: ChartSpan, signal: AbortSignal): Promise<void> {
    const known = this.#known.get(key);
    const cluster = this.#clusters.byId(id);
    if (known === undefined || cluster === undefined) return;
    try {
      const [{ offered }, gateway] = await Promise.all([loadProxmox(), cluster.gateway()]);
      if (cluster.inventory.inventory === null) await cluster.inventory.refresh();
      const figures = offered(gateway, "figures");
      const place = vmid === null ? undefined : cluster.container(vmid)?.node;
      if (vmid !== null && place === undefined) return;
      const read =
        vmid === null
          ? await figures.ofNode(node, span, { signal })
          : await figures.ofContainer({ vmid, node: place ?? "" }, span, { signal });
      if (signal.aborted || span !== this.#span) return;
      known.recorded = read;
      known.problem = null;
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return;
      const never = isProxmoxError(error) && error.kind === "not-found";
      known.problem = never ? l10n.t("Nothing has been recorded of it yet.") : sentenceOf(error);
      this.#failed ||= !never;
    }
  }

  async #readMarks(): Promise<void> {
    const marks: ChartMark[] = [];
    this.#recordsProblem = null;
    for (const cluster of this.#connected()) {
      const things = this.#things.filter((thing) => thing.cluster === cluster.id);
      try {
        const { audit } = await cluster.records();
        const isMeant = (change: { readonly vmid: number; readonly node: string }): boolean =>
          things.some(({ vmid, node }) => (vmid === null ? node === change.node : vmid === change.vmid));
        marks.push(...marksOf(await audit.read(cluster.name), isMeant));
      } catch (error) {
        this.#recordsProblem = sentenceOf(error);
      }
    }
    this.#marks = marks.sort((a, b) => a.time - b.time);
  }

  /** One timer at most: the next read of what was recorded is due a step after the last one. */
  #schedule(): void {
    this.#clearTimer();
    if (this.disposed || this.#looking === null) return;
    const step = Math.max(...[...this.#known.values()].map(({ recorded }) => recorded?.stepSeconds ?? leastSeconds));
    const seconds = this.#failed ? afterFailureSeconds : Math.min(mostSeconds, Math.max(leastSeconds, step));
    const due = this.#readAt === null ? 0 : this.#readAt + seconds * 1000 - this.#timers.now();
    if (due <= 0) {
      void this.#track(this.#read());
      return;
    }
    this.#timer = this.#timers.set(() => {
      this.#timer = null;
      void this.#track(this.#read());
    }, due);
  }

  #clearTimer(): void {
    if (this.#timer !== null) this.#timers.clear(this.#timer);
    this.#timer = null;
  }

  #track(work: Promise<void>): Promise<void> {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
    return work;
  }
}

function thingsOf(subject: ChartSubject): readonly Thing[] {
  if (subject.kind === "node") {
    const { cluster, node } = subject;
    return [{ key: `${cluster}/${node}`, cluster, vmid: null, node }];
  }
  return subject.containers
    .slice(0, mostCompared)
    .map(({ cluster, vmid }) => ({ key: `${cluster}/${vmid}`, cluster, vmid, node: "" }));
}

function titleOf(name: string, { vmid }: Thing): string {
  return vmid === null ? l10n.t("Node {0}", name) : name;
}
