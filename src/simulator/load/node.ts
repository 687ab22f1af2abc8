import { isGap, pointTimes, frames, type Consolidation, type Timeframe } from "./history.js";
import type { GuestMeter } from "./meter.js";
import { deriveSeed, noise } from "./random.js";
import { gibibyte, type GuestLimits, type GuestReading, type NodeSpec } from "./specification.js";

/** A node's own figures at one time. Bytes, and fractions of its cores. */
export interface NodeReading {
  readonly cpu: number;
  readonly ioWait: number;
  readonly loadAverage: readonly [one: number, five: number, fifteen: number];
  readonly memoryUsed: number;
  /** What the kernel calls available; without the ZFS cache, which it does not know how to shrink. */
  readonly memoryAvailable: number;
  readonly arc: number;
  readonly swapUsed: number;
  readonly swapTotal: number;
  readonly rootUsed: number;
  readonly rootTotal: number;
}

/** One item of a node's `rrddata`, under Proxmox's own names; a gap has its time alone. (Proxmox VE 8 has no `pressure…`, `arcsize`, `memavailable`.) */
export interface NodePoint {
  /** Seconds since the epoch: the end of the span. */
  readonly time: number;
  readonly cpu?: number;
  readonly maxcpu?: number;
  readonly iowait?: number;
  readonly loadavg?: number;
  readonly memtotal?: number;
  readonly memused?: number;
  readonly memavailable?: number;
  readonly arcsize?: number;
  readonly swaptotal?: number;
  readonly swapused?: number;
  readonly roottotal?: number;
  readonly rootused?: number;
  readonly netin?: number;
  readonly netout?: number;
  readonly pressurecpusome?: number;
  readonly pressureiosome?: number;
  readonly pressureiofull?: number;
  readonly pressurememorysome?: number;
  readonly pressurememoryfull?: number;
}

const rootTotal = 100 * gibibyte;
const swapTotal = 8 * gibibyte;
/** How many guests are enough to tell a node's past beyond a day. */
const sampled = 32;

type Sum = [cores: number, memory: number, netIn: number, netOut: number, disk: number];

function scaled([cores, memory, netIn, netOut, disk]: Sum, by: number): Sum {
  return [cores * by, memory * by, netIn * by, netOut * by, disk * by];
}

/** The meters of one node: what its guests use, and what it needs itself. */
export class NodeMeter {
  readonly spec: NodeSpec;
  readonly #seed: number;
  readonly #startMs: number;

  constructor(spec: NodeSpec, startMs: number, seed: number) {
    this.spec = spec;
    this.#seed = deriveSeed(seed, spec.name.length * 7919 + Number(spec.name.replaceAll(/\D/gu, "") || 0));
    this.#startMs = startMs;
  }

  /** What the node shows at a time, given what its running guests read and what else uses CPUs and memory (bytes) of it. */
  reading(
    nowMs: number,
    guests: Iterable<GuestReading>,
    beside: { readonly memory?: number; readonly cores?: number } = {},
  ): NodeReading {
    let busy = beside.cores ?? 0;
    let memory = beside.memory ?? 0;
    let swapped = 0;
    let disk = 0;
    for (const guest of guests) {
      busy += guest.coresInUse;
      memory += guest.memory;
      swapped += guest.swap;
      disk += guest.diskRead + guest.diskWrite > 0 ? guest.pressure.ioSome : 0;
    }
    return this.#reading(nowMs, busy, memory, swapped, disk);
  }

  /** What Proxmox recorded of it: the sum of what it recorded of its guests, and the node's own needs. */
  history(
    timeframe: Timeframe,
    consolidation: Consolidation,
    nowMs: number,
    guests: Iterable<{ readonly meter: GuestMeter; readonly limits: GuestLimits }>,
  ): readonly NodePoint[] {
    const times = pointTimes(timeframe, nowMs);
    const sums = times.map((): Sum => [0, 0, 0, 0, 0]);
    const span = frames[timeframe].step;
    const all = [...guests];
    // Beyond a day, a node with very many guests is told by a sample of them: a month of 170 would take a second.
    const every = span > 60 ? Math.ceil(all.length / sampled) : 1;
    const chosen = all.filter((_, index) => index % every === 0);
    const scale = chosen.length === 0 ? 0 : all.length / chosen.length;
    for (const { meter, limits } of chosen) {
      meter.history(timeframe, consolidation, nowMs, limits).forEach((point, index) => {
        const sum = sums[index];
        if (sum === undefined) return;
        sum[0] += (point.cpu ?? 0) * (point.maxcpu ?? 0);
        sum[1] += point.mem ?? 0;
        sum[2] += point.netin ?? 0;
        sum[3] += point.netout ?? 0;
        sum[4] += point.pressureiosome ?? 0;
      });
    }
    return times.map((time, index): NodePoint => {
      const sum = sums[index];
      if (sum === undefined || isGap(this.#seed, time, span, this.#startMs)) return { time };
      const [busy, memory, netin, netout, io] = scaled(sum, scale);
      const reading = this.#reading(time * 1000, busy, memory, 0, io);
      const crowded = Math.max(0, reading.cpu - 0.5) * 60;
      return {
        time,
        cpu: reading.cpu,
        maxcpu: this.spec.cores,
        iowait: reading.ioWait,
        loadavg: reading.loadAverage[0],
        memtotal: this.spec.memory,
        memused: reading.memoryUsed,
        memavailable: reading.memoryAvailable,
        arcsize: reading.arc,
        swaptotal: reading.swapTotal,
        swapused: reading.swapUsed,
        roottotal: reading.rootTotal,
        rootused: reading.rootUsed,
        netin,
        netout,
        pressurecpusome: crowded,
        pressureiosome: reading.ioWait * 100,
        pressureiofull: reading.ioWait * 60,
        pressurememorysome: 0,
        pressurememoryfull: 0,
      };
    });
  }

  #reading(nowMs: number, guestsBusy: number, guestsMemory: number, swapped: number, io: number): NodeReading {
    // The daemons of Proxmox itself: a fifth of a core, a gigabyte and a half.
    const busy = guestsBusy + 0.2 + 0.1 * noise(this.#seed, nowMs / 60_000);
    const cpu = Math.min(1, Math.max(0, busy / this.spec.cores));
    const arc = Math.floor((this.spec.arc ?? 0) * (0.96 + 0.04 * noise(this.#seed ^ 3, nowMs / 900_000)));
    const memoryUsed = Math.min(this.spec.memory, Math.floor(guestsMemory + arc + 1.5 * gibibyte));
    const load = (minutes: number): number =>
      Math.max(0, busy * (1 + 0.1 * noise(this.#seed ^ minutes, nowMs / (minutes * 60_000))));
    return {
      cpu,
      ioWait: Math.min(0.3, (io / 100 / this.spec.cores) * 0.2),
      loadAverage: [load(1), load(5), load(15)],
      memoryUsed,
      memoryAvailable: this.spec.memory - memoryUsed,
      arc,
      swapUsed: Math.min(swapTotal, Math.floor(swapped)),
      swapTotal,
      rootUsed: Math.floor(rootTotal * (0.11 + 0.01 * noise(this.#seed ^ 9, nowMs / 86_400_000))),
      rootTotal,
    };
  }
}
