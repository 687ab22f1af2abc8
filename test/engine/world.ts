import fc from "fast-check";
import type { EffectiveSettings, ResourceSettings, Safety, Strategy } from "../../src/config/index.js";
import type { ResourceState, State } from "../../src/engine/index.js";
import type { Container, ContainerHistory, Node } from "../../src/model/index.js";
import { configuration, container, effective, mebibyte, node, now } from "./fixtures.js";

export const percent = (min: number, max: number) => fc.integer({ min, max }).map((value) => value / 100);

const duration = fc.constantFrom(0, 60, 120, 300, 900);

/** Nearly always the second. */
function rarely<A, B>(some: fc.Arbitrary<A>, usual: B): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: 1, arbitrary: some }, { weight: 4, arbitrary: fc.constant(usual) });
}

function strategyArbitrary(largest: number, grain: number): fc.Arbitrary<Strategy | null> {
  const steps = fc.integer({ min: 1, max: 6 }).map((grains) => grains * grain);
  const threshold = (shares: fc.Arbitrary<number>, pressure: fc.Arbitrary<number | null> = fc.constant(null)) =>
    fc
      .record({ threshold: shares, forSeconds: duration, step: steps, maxStep: steps, pressure })
      .map((one) => ({ ...one, maxStep: Math.max(one.step, one.maxStep) }));
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("thresholds" as const),
        up: threshold(percent(60, 95), fc.option(percent(5, 50), { nil: null, freq: 2 })),
        down: threshold(percent(5, 50)),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("target" as const),
        target: percent(30, 95),
        tolerance: percent(0, 30),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("percentile" as const),
        of: percent(50, 100),
        overSeconds: fc.constantFrom(600, 900),
        margin: percent(0, 50),
        halfLifeSeconds: fc.option(fc.constantFrom(120, 3600), { nil: null }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("fixed" as const),
        size: fc.integer({ min: 1, max: Math.floor(largest / grain) }).map((grains) => grains * grain),
      }),
    },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

function settingsArbitrary(resource: ResourceSettings["resource"]): fc.Arbitrary<ResourceSettings> {
  const largest = resource === "memory" ? 16_384 : 16;
  const grains = resource === "memory" ? [64, 128, 100] : resource === "cores" ? [1, 2] : [0.1, 0.25, 0.5];
  return fc.constantFrom(...grains).chain((grain) =>
    fc
      .record({
        least: fc.integer({ min: 1, max: Math.floor(largest / 2 / grain) }),
        span: fc.integer({ min: 1, max: Math.floor(largest / grain) }),
        off: percent(0, 99),
        strategy: strategyArbitrary(largest, grain),
        boost: fc.option(
          fc.record({
            above: percent(80, 100),
            samples: fc.integer({ min: 1, max: 5 }),
            factor: percent(110, 300),
            fallbackFactor: percent(105, 150),
            durationSeconds: fc.constantFrom(60, 600),
          }),
          { nil: null },
        ),
        maxStep: fc.option(
          fc.integer({ min: 1, max: 4 }).map((count) => count * grain),
          { nil: null },
        ),
        up: duration,
        down: duration,
        shrink: fc.constantFrom("gradual" as const, "immediate" as const),
        headroom: percent(0, 50),
        manageUnlimited: fc.boolean(),
        estimate: fc.oneof(
          { weight: 2, arbitrary: fc.constant({ of: "last" as const, overSeconds: 900, ignoreSpikes: false }) },
          {
            weight: 1,
            arbitrary: fc.record({
              of: fc.constantFrom("last", "mean", "p50", "p90", "p95", "p99"),
              overSeconds: duration,
              ignoreSpikes: fc.boolean(),
            }),
          },
        ),
        stabilisation: rarely(fc.record({ upSeconds: duration, downSeconds: duration }), {
          upSeconds: 0,
          downSeconds: 0,
        }),
        forecast: rarely(
          fc.record({ withinSeconds: fc.constantFrom(300, 3600), overSeconds: fc.constantFrom(360, 600, 900) }),
          null,
        ),
        atMinimum: rarely(fc.constant(true), false),
        pause: rarely(fc.constantFrom("up" as const, "down" as const, "both" as const), "none" as const),
      })
      .map(({ least, span, off, up, down, headroom, ...rest }) => ({
        ...rest,
        resource,
        step: grain,
        // Bounds off the grain now and then, but always with a multiple between them.
        min: (least - off) * grain,
        max: (least + span + off) * grain,
        cooldown: { upSeconds: up, downSeconds: down },
        headroom: resource === "memory" ? headroom : 0,
      })),
  );
}

export const cpuSettings = fc.oneof(settingsArbitrary("cores"), settingsArbitrary("cpulimit"));
export const memorySettings = settingsArbitrary("memory");

const pressure = fc.option(percent(0, 100), { nil: null });

/** As the inventory has it, in percent. */
function pressureOf(share: number | null): Container["pressure"] {
  if (share === null) return null;
  const percents = share * 100;
  return { cpuSome: percents, memorySome: percents, memoryFull: null, ioSome: null, ioFull: null };
}

const reading = fc.oneof({ weight: 9, arbitrary: percent(0, 100) }, { weight: 1, arbitrary: fc.constant(null) });

export interface World {
  readonly containers: readonly Container[];
  readonly histories: ReadonlyMap<number, ContainerHistory>;
  readonly settings: ReadonlyMap<number, EffectiveSettings>;
  readonly state: State;
  readonly safety: Safety;
  readonly nodes: readonly Node[];
}

const stateArbitrary: fc.Arbitrary<(size: number) => ResourceState> = fc
  .record({
    known: fc.boolean(),
    up: fc.option(fc.integer({ min: 0, max: 1200 }), { nil: undefined }),
    down: fc.option(fc.integer({ min: 0, max: 1200 }), { nil: undefined }),
    boosted: fc.option(fc.integer({ min: 0, max: 1200 }), { nil: undefined }),
  })
  .map(({ known, up, down, boosted }) => (size: number): ResourceState => ({
    ...(known ? { expected: size, expectedSince: 0 } : {}),
    ...(up === undefined ? {} : { up: { time: now - up * 1000, from: size / 2, to: size } }),
    ...(down === undefined ? {} : { down: { time: now - down * 1000, from: size * 2, to: size } }),
    ...(boosted === undefined ? {} : { boost: { startedAt: now - boosted * 1000, before: size / 2 } }),
  }));

const one = fc.record({
  node: fc.constantFrom("pve1", "pve2"),
  cores: fc.integer({ min: 1, max: 20 }),
  cpulimit: fc.option(
    fc.integer({ min: 1, max: 80 }).map((tenths) => tenths / 10),
    { nil: null },
  ),
  memoryMebibytes: fc.integer({ min: 64, max: 16_384 }),
  cpu: fc.array(reading, { minLength: 1, maxLength: 20 }),
  memory: fc.array(reading, { minLength: 1, maxLength: 20 }),
  pressure: fc.array(pressure, { maxLength: 20 }),
  preset: fc.constantFrom("nginx" as const, "postgresql" as const, null),
  locked: fc.integer({ min: 0, max: 9 }),
  status: fc.constantFrom("running" as const, "running" as const, "running" as const, "stopped" as const),
  priority: fc.integer({ min: 0, max: 3 }),
  cpuSettings,
  memorySettings,
  states: fc.tuple(stateArbitrary, stateArbitrary, stateArbitrary),
});

const nodeArbitrary = (name: string): fc.Arbitrary<Node> =>
  fc
    .record({
      cores: fc.integer({ min: 2, max: 64 }),
      cpu: percent(0, 100),
      available: fc.integer({ min: 0, max: 65_536 }),
    })
    .map(({ cores, cpu, available }) => node({ name, cores, cpu, memoryAvailable: available * mebibyte }));

export const world: fc.Arbitrary<World> = fc
  .record({
    containers: fc.array(one, { minLength: 1, maxLength: 6 }),
    nodes: fc.tuple(nodeArbitrary("pve1"), nodeArbitrary("pve2")),
    safety: fc.record({
      reserve: fc.record({ cpu: percent(0, 30), memory: fc.integer({ min: 0, max: 4096 }) }),
      nodeLimits: fc.record({ cpu: percent(70, 100), memory: percent(70, 100) }),
      maxChangesPerCycle: fc.integer({ min: 1, max: 8 }),
      maxConcurrent: fc.constant(3),
      maxChangesPerDay: fc.constant(null),
      emergency: fc.constant(null),
      lease: fc.constant({ container: null, durationSeconds: 180 }),
      storageReserve: fc.constant(0.1),
    }),
  })
  .map((drawn) => {
    const histories = new Map<number, ContainerHistory>();
    const settings = new Map<number, EffectiveSettings>();
    const states: Record<string, State["containers"][string]> = {};
    const containers = drawn.containers.map((draft, index) => {
      const vmid = 101 + index;
      const size = { cores: draft.cores, memoryLimit: draft.memoryMebibytes * mebibyte };
      const memoryOf = (share: number | null) => (share === null ? null : Math.round(share * size.memoryLimit));
      const count = Math.max(draft.cpu.length, draft.memory.length);
      const samples = Array.from({ length: count }, (_, place) => ({
        time: now - (count - place) * 60_000,
        cpu: draft.cpu[place] ?? null,
        memory: memoryOf(draft.memory[place] ?? null),
        cpulimit: draft.cpulimit,
        pressureCpu: draft.pressure[place] ?? null,
        pressureMemory: draft.pressure.at(-place) ?? null,
        ...size,
      }));
      histories.set(vmid, { stepSeconds: 60, samples });
      settings.set(
        vmid,
        effective({
          priority: draft.priority,
          preset: draft.preset,
          cpu: draft.cpuSettings,
          memory: draft.memorySettings,
        }),
      );
      const [cores, cpulimit, memory] = draft.states;
      states[vmid] = {
        cores: cores(draft.cores),
        cpulimit: cpulimit(draft.cpulimit ?? 1),
        memory: memory(draft.memoryMebibytes),
      };
      return container({
        vmid,
        name: `ct-${vmid}`,
        node: draft.node,
        status: draft.status,
        lock: draft.locked === 0 ? "backup" : null,
        cpu: draft.cpu.at(-1) ?? null,
        memory: memoryOf(draft.memory.at(-1) ?? null),
        pressure: pressureOf(draft.pressure.at(-1) ?? null),
        configuration: configuration({ cores: draft.cores, cpulimit: draft.cpulimit, memory: draft.memoryMebibytes }),
        ...size,
      });
    });
    return {
      containers,
      histories,
      settings,
      state: { version: 1, containers: states },
      safety: drawn.safety,
      nodes: drawn.nodes,
    };
  });
