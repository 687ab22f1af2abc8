import type { AutoscalerConfig } from "../../src/config/index.js";
import {
  proxmoxHistory,
  runLoop,
  SampleStore,
  type ConfigurationChange,
  type LoopEvent,
  type LoopEventName,
  type LoopOptions,
  type LoopResult,
} from "../../src/operate/index.js";
import { configuration, type Bench } from "./harness.js";

export type Line = LoopEvent & { readonly run: string; readonly time: number };

export interface LoopRun {
  readonly result: LoopResult;
  readonly lines: readonly Line[];
  /** Requests in each cycle, by method and path without the query. */
  readonly requests: readonly (readonly string[])[];
  /** Lines of one kind. */
  readonly of: <Name extends LoopEventName>(name: Name) => readonly Extract<Line, { event: Name }>[];
}

export interface LoopScript {
  readonly text: string;
  /** Ends the loop after so many cycles (attempts count, also those that fail). */
  readonly cycles: number;
  /** Called before each cycle, counted from 1; the clock stands still meanwhile. */
  readonly before?: (cycle: number) => void | Promise<void>;
  /** What the file says when it is looked at before a cycle; `null`: unchanged. */
  readonly change?: (cycle: number) => ConfigurationChange | null;
  /** Called with each line. */
  readonly onLine?: (line: Line) => void;
  readonly options?: Partial<LoopOptions>;
}

/** Runs the loop on the simulated cluster, whose clock is moved by the loop's own waits and by nothing else. */
export async function loop(on: Bench, script: LoopScript): Promise<LoopRun> {
  const { control } = on.simulator;
  const stop = new AbortController();
  const lines: Line[] = [];
  const requests: string[][] = [];
  let config: AutoscalerConfig = configuration(script.text);
  let cycle = 1;
  const collect = (): void => {
    requests.push(control.requests().map(({ method, path }) => `${method} ${path.replace(/\?.*$/u, "")}`));
    control.forgetRequests();
  };
  const begin = async (): Promise<void> => {
    await script.before?.(cycle);
    control.forgetRequests();
  };
  await begin();
  const result = await runLoop({
    gateway: on.gateway,
    configuration: {
      get config() {
        return config;
      },
      refresh: () => {
        const change = script.change?.(cycle) ?? null;
        if (change?.kind === "accepted") ({ config } = change);
        return Promise.resolve(change);
      },
    },
    stateStore: on.stateStore,
    audit: on.audit,
    samples: new SampleStore({ directory: on.directory, endpoint: on.simulator.url }),
    source: () => proxmoxHistory(on.gateway),
    lease: null,
    once: false,
    version: "0.0.0",
    signal: stop.signal,
    tell: (event, run, time) => {
      lines.push({ ...event, run, time });
      script.onLine?.({ ...event, run, time });
      return Promise.resolve();
    },
    timer: {
      now: () => control.now(),
      wait: async (milliseconds, signal) => {
        if (milliseconds === 0) return !signal.aborted;
        collect();
        if (cycle >= script.cycles) {
          stop.abort();
          return false;
        }
        await control.advance(milliseconds);
        cycle += 1;
        await begin();
        return !signal.aborted;
      },
    },
    openClock: () => Promise.resolve(() => control.now()),
    wall: () => control.now(),
    random: () => 0,
    wait: async (seconds) => {
      await control.advance(seconds * 1000);
      return true;
    },
    waits: [0, 0],
    ...script.options,
  });
  if (script.options?.once === true) collect();
  return {
    result,
    lines,
    requests,
    of: <Name extends LoopEventName>(name: Name) =>
      lines.filter((line): line is Extract<Line, { event: Name }> => line.event === name),
  };
}
