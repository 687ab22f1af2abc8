import { profileOf } from "../load/demand.js";
import type { Profile } from "../load/demand.js";
import { settledState, startedState, step } from "../load/state.js";
import type { LoadState } from "../load/state.js";
import type { GuestLimits, GuestReading, GuestSpec, NodeSpec, LoadKind } from "../load/specification.js";
import { loadKinds } from "../load/specification.js";

export type { GuestLimits, GuestReading, GuestSpec, NodeSpec, PressureReading } from "../load/specification.js";

export class GuestMeter {
  private state: LoadState | null = null;
  private readonly profile: Profile;
  private at: number;
  private started = 0;
  constructor(
    spec: GuestSpec,
    private readonly startMs: number,
  ) {
    this.profile = profileOf(spec, startMs);
    this.at = startMs;
  }
  advance(now: number, limits: GuestLimits, running: boolean): void {
    if (!running) this.state = null;
    else if (this.state === null) {
      const settled = this.at === this.startMs;
      this.state = settled ? settledState(this.profile, now, limits) : startedState(now);
      this.started = settled ? now - 86_400_000 : now;
    } else {
      while (this.at < now) {
        const seconds = Math.min(10, (now - this.at) / 1000);
        step(this.state, this.profile, this.at, seconds, limits, false);
        this.at += seconds * 1000;
      }
    }
    this.at = now;
  }
  reading(): GuestReading {
    const state = this.state ?? startedState(0);
    return {
      cpuSecondsTotal: state.cpuSeconds,
      memory: state.anonymous - state.swap,
      cache: state.cache,
      swap: state.swap,
      disk: 400_000_000,
      netIn: state.netIn,
      netOut: state.netOut,
      diskRead: state.diskRead,
      diskWrite: state.diskWrite,
      pressure: state,
      oomKills: state.oomKills,
      uptimeSeconds: this.state === null ? 0 : (this.at - this.started) / 1000,
      backlogSeconds: state.backlog,
    };
  }
  history(timeframe: string, now: number, limits: GuestLimits): Record<string, number>[] {
    const step = timeframe === "hour" || timeframe === "day" ? 60 : 1800;
    const count = timeframe === "hour" ? 59 : timeframe === "day" ? 1439 : 335;
    const last = Math.floor(now / 1000 / step) * step - step;
    return Array.from({ length: count }, (_, index) => ({
      time: last - (count - 1 - index) * step,
      cpu: 0.5,
      maxcpu: limits.cpus ?? limits.cores,
      mem: limits.memory / 2,
      maxmem: limits.memory,
    }));
  }
}

export function createPopulation(options: { nodes: number; containers: number; seed: number }): {
  nodes: NodeSpec[];
  guests: GuestSpec[];
} {
  const nodes = Array.from({ length: options.nodes }, (_, index) => ({
    name: `pve${index + 1}`,
    cores: 16,
    memory: 64 * 1024 ** 3,
  }));
  const guests = Array.from({ length: options.containers }, (_, index): GuestSpec => {
    const load: LoadKind = loadKinds[index % loadKinds.length] ?? "idle";
    return {
      vmid: 101 + index,
      node: nodes[index % nodes.length]?.name ?? "pve1",
      name: `${load}-${index + 1}`,
      cores: 2,
      cpulimit: null,
      memory: 1024,
      swap: 512,
      disk: 8,
      tags: [load],
      pool: null,
      status: index % 10 === 9 ? "stopped" : "running",
      template: false,
      description: null,
      onboot: true,
      unprivileged: true,
      load,
      seed: options.seed * 1000 + index,
    };
  });
  return { nodes, guests };
}
