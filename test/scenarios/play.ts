import { vi } from "vitest";
import {
  configuredHistory,
  NotesLease,
  planRollback,
  pastRuns,
  rollBack,
  runLoop,
  runToUndo,
  SampleStore,
  StateStore,
} from "../../src/operate/index.js";
import type { Control, Population } from "../../src/simulator/index.js";
import { bench, configuration, type Bench } from "../operate/harness.js";
import type { Beginning, Change, Course, Event, Write } from "./course.js";
import { Timeline } from "./timeline.js";

/** A cluster, a file, and what others do meanwhile. */
export interface Scenario {
  readonly title: string;
  readonly file: string;
  readonly population: Population;
  /** Times are shown in it. */
  readonly zone?: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly hours: number;
  /** What others do. */
  readonly acts?: readonly Act[];
  /** Whether the loop holds a lease in the notes of a container, as the command does; it costs a write every few minutes. */
  readonly lease?: boolean;
  /** Whether decisions that came to nothing are part of the course. */
  readonly blocked?: boolean;
}

/** One thing that is done while the loop runs. */
export interface Act {
  /** Minutes after the start. */
  readonly minute: number;
  readonly text: string;
  readonly act: (stage: Stage) => void | Promise<void>;
}

/** What an act may touch. */
export interface Stage {
  readonly control: Control;
  readonly lock: (vmid: number, lock: string) => void;
  readonly unlock: (vmid: number) => void;
  /** Ends the loop; another one begins so many minutes later, with nothing but the records. */
  readonly restart: (minutes: number) => void;
  /** What `rollback --vmid` does. */
  readonly rollBack: (vmid: number) => Promise<void>;
}

const minute = 60_000;

// Days take seconds, and on a busy machine some more.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Plays a scenario to its end with the real loop, against the simulator on the wire. */
export async function play(scenario: Scenario): Promise<Course> {
  const { population, start, hours, zone = "UTC" } = scenario;
  const on = await bench({ population, start });
  const { control } = on.simulator;
  const config = configuration(scenario.file);
  const end = start + hours * 60 * minute;
  const recording = new Recording(on);
  let stop = new AbortController();
  let pause = 0;
  const timeline = new Timeline(control, end, () => stop.abort());
  const audit = timeline.watched(on.audit);
  const events: Event[] = [];
  const stage: Stage = {
    control,
    lock: (vmid, lock) => {
      control.lock(vmid, lock);
      recording.locks.push({ vmid, from: control.now(), to: Number.POSITIVE_INFINITY });
    },
    unlock: (vmid) => {
      control.unlock(vmid);
      const open = recording.locks.find((lock) => lock.vmid === vmid && lock.to === Number.POSITIVE_INFINITY);
      if (open !== undefined) open.to = control.now();
    },
    restart: (minutes) => {
      pause = minutes;
      stop.abort();
    },
    rollBack: async (vmid) => {
      await rollBackContainer(on, config, vmid);
      recording.look();
    },
  };
  for (const { minute: at, text, act } of scenario.acts ?? []) {
    timeline.at(start + at * minute, async () => {
      if (text !== "") events.push({ time: control.now(), text });
      await act(stage);
    });
  }

  const changes: Change[] = [];
  const problems: string[] = [];
  const { location } = on.stateStore;
  let cycles = 0;
  const beginnings = await beginningsOf(on);
  while (control.now() < end) {
    stop = new AbortController();
    const samples = new SampleStore(location);
    const stateStore = new StateStore(location);
    const result = await runLoop({
      gateway: on.gateway,
      configuration: { config, refresh: () => Promise.resolve(null) },
      stateStore,
      audit,
      samples,
      source: () => configuredHistory({ config, gateway: on.gateway, samples }),
      lease: scenario.lease === true ? new NotesLease({ gateway: on.gateway, program: "run", location }) : null,
      once: false,
      version: "0.0.0",
      signal: stop.signal,
      timer: timeline.timer,
      openClock: () => Promise.resolve(() => control.now()),
      wall: () => control.now(),
      random: () => 0,
      wait: timeline.wait,
      waits: [0, 0],
      tell: (event, run, time) => {
        recording.look();
        timeline.told(event, run);
        if (event.event === "outcome") {
          const { vmid, name, resource, from, to, outcome, planned } = event;
          const rules = event.reasons.map(({ rule }) => rule);
          const short = planned === undefined ? {} : { planned };
          changes.push({ time, vmid, name, resource, from, to, outcome, rules, ...short });
        }
        if (event.event === "decision" && event.action === "blocked" && scenario.blocked === true) {
          const { vmid, name, resource, from, uncapped } = event;
          const rules = event.reasons.map(({ rule }) => rule);
          changes.push({ time, vmid, name, resource, from, to: uncapped, outcome: "blocked", rules });
        }
        if (event.event === "problem" || event.event === "unreadable") problems.push(event.error);
        if (event.event === "lease" && event.error !== null) problems.push(event.error);
        return Promise.resolve();
      },
    });
    cycles += result.cycles;
    if (pause > 0) await timeline.to(Math.min(end, control.now() + pause * minute));
    pause = 0;
  }

  const { cluster, containers } = await on.gateway.inventory({ configurationOf: () => true });
  const history = await new SampleStore(location).read(cluster, { from: start, to: end });
  return {
    title: scenario.title,
    zone,
    from: start,
    to: end,
    config,
    nodeCores: new Map(population.nodes.map(({ name, cores }) => [name, cores])),
    beginnings,
    changes: changes.toSorted(
      (a, b) => a.time - b.time || a.vmid - b.vmid || (a.resource < b.resource ? -1 : a.resource > b.resource ? 1 : 0),
    ),
    events,
    writes: recording.writes,
    locks: recording.locks,
    samples: new Map([...history].map(([vmid, { samples }]) => [vmid, [...samples]])),
    containers,
    endings: containers.map(({ vmid, name, configuration: now }) => ({
      vmid,
      name,
      cores: now?.cores ?? null,
      cpulimit: now?.cpulimit ?? null,
      memory: now?.memory ?? 0,
      killed: control.meters(vmid).oomKills,
    })),
    problems,
    cycles,
  };
}

async function beginningsOf(on: Bench): Promise<readonly Beginning[]> {
  const { containers } = await on.gateway.inventory({ configurationOf: () => true });
  return containers.map(({ vmid, name, configuration: now }) => ({
    vmid,
    name,
    cores: now?.cores ?? null,
    cpulimit: now?.cpulimit ?? null,
    memory: now?.memory ?? 0,
  }));
}

async function rollBackContainer(on: Bench, config: Course["config"], vmid: number): Promise<void> {
  const { gateway, audit, stateStore } = on;
  const { control } = on.simulator;
  const inventory = await gateway.inventory({ configurationOf: () => true, nodeMemory: true });
  const undoes = runToUndo(pastRuns(await audit.read(inventory.cluster)), { kind: "container", vmid });
  if (undoes === null) throw new Error(`nothing was done to ${vmid} that could be taken back`);
  const plan = planRollback(undoes, inventory, { vmid, headroom: () => 0.2, priority: () => 0, safety: config.safety });
  await rollBack({
    gateway,
    plan,
    inventory,
    config,
    stateStore,
    audit,
    clock: () => control.now(),
    waits: [0, 0],
    wait: async (seconds) => {
      await control.advance(seconds * 1000);
      return true;
    },
  });
}

/** What reached the cluster, seen from behind the wire. */
class Recording {
  readonly writes: Write[] = [];
  readonly locks: { vmid: number; from: number; to: number }[] = [];

  constructor(private readonly on: Bench) {}

  look(): void {
    const { control } = this.on.simulator;
    for (const { method, path, body, at } of control.requests()) {
      const vmid = Number(/\/lxc\/(\d+)\/config$/u.exec(path)?.[1] ?? Number.NaN);
      const values = new URLSearchParams(body);
      if (method !== "PUT" || Number.isNaN(vmid) || values.has("description")) continue;
      this.writes.push({
        time: at,
        vmid,
        memory: values.has("memory") ? Number(values.get("memory")) : null,
        memoryInUse: control.meters(vmid).memory,
        locked: /^lock: (\w+)$/mu.exec(control.configuration(vmid))?.[1] ?? null,
      });
    }
    control.forgetRequests();
  }
}
