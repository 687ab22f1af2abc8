import { describe, expect, it } from "vitest";
import { AuditLog, beginPlan, type Stage, type Wait } from "../../src/operate/index.js";
import { bench, configuration, type Bench } from "./harness.js";

const gib = 1024;
const mebibyte = 2 ** 20;

/** A running container that was given more memory than it needs, and a file that takes all but `max` MiB of it away. */
async function oversized(on: Bench, memory: number, max: number, more = ""): Promise<{ vmid: number; file: string }> {
  const { containers } = await on.gateway.inventory();
  const chosen = containers.find(
    ({ status, lock, template, memory: used }) =>
      status === "running" && lock === null && !template && used !== null && used < max * 0.6 * 2 ** 20,
  );
  if (chosen === undefined) throw new Error("no container uses so little");
  on.simulator.control.setConfiguration(chosen.vmid, { memory });
  await on.simulator.control.advance(60_000);
  const { vmid } = chosen;
  const file = `version: 1\npolicies: [{ match: { vmids: [${vmid}] }, memory: { max: ${max}MiB${more} }, cooldown: { up: 0s, down: 0s } }]`;
  return { vmid, file };
}

/** Waits by moving the cluster's clock, and keeps count of it. */
function moving(on: Bench, during: (stage: number) => void = () => undefined): { wait: Wait; waited: number[] } {
  const waited: number[] = [];
  return {
    waited,
    wait: async (seconds, signal) => {
      waited.push(seconds);
      during(waited.length);
      if (signal.aborted) return false;
      await on.simulator.control.advance(seconds * 1000);
      return true;
    },
  };
}

function memoryWrites(on: Bench): readonly number[] {
  return on.puts().flatMap((put) => {
    const size = /memory=(\d+)/u.exec(put)?.[1];
    return size === undefined ? [] : [Number(size)];
  });
}

describe("a memory shrink in stages", () => {
  it("takes at most the larger of its step and a tenth a write, 30 seconds apart", async () => {
    const on = await bench();
    const { vmid, file } = await oversized(on, 8 * gib, 5 * gib);
    const { wait, waited } = moving(on);
    const stages: Stage[] = [];
    const { results, problems } = await on.apply(configuration(file), { wait, onStage: (stage) => stages.push(stage) });
    expect(problems).toEqual([]);
    const sizes = [8 * gib, ...memoryWrites(on)];
    expect(sizes.at(-1)).toBe(5 * gib);
    expect(sizes.length).toBeGreaterThan(4);
    for (const [index, size] of sizes.slice(1).entries()) {
      expect(sizes[index]! - size).toBeLessThanOrEqual(Math.max(64, sizes[index]! / 10));
      expect(size % 64).toBe(0);
    }
    expect(new Set(waited)).toEqual(new Set([30]));
    expect(waited).toHaveLength(sizes.length - 2);
    expect(stages[0]).toMatchObject({ vmid, reached: sizes[1], next: sizes[2], to: 5 * gib, seconds: 30 });
    expect(results).toMatchObject([{ vmid, from: 8 * gib, to: 5 * gib, outcome: "applied", verified: true }]);
    expect(results[0]).not.toHaveProperty("planned");
  });

  it("takes a step at once that is larger than a tenth", async () => {
    const on = await bench();
    const { file } = await oversized(on, 4 * gib, 2 * gib, ", scaleDown: { below: 1%, for: 1m, step: 1GiB }");
    await on.apply(configuration(file), { wait: moving(on).wait });
    expect(memoryWrites(on)).toEqual([3 * gib, 2 * gib]);
  });

  it("tells the state of each stage, so that cooldowns run from the last and no stage looks like somebody else's doing", async () => {
    const on = await bench();
    const { vmid, file } = await oversized(on, 2 * gib, 1600);
    const begun = on.simulator.control.now();
    await on.apply(configuration(file), { wait: moving(on).wait });
    const { cluster } = await on.gateway.inventory();
    const state = (await on.stateStore.read(cluster)).containers[vmid]?.memory;
    expect(state).toMatchObject({ expected: 1600, down: { to: 1600 } });
    expect(state?.down?.time).toBeGreaterThanOrEqual(begun + 30_000);
    expect(state).not.toHaveProperty("byHand");
    const outcomes = (await on.auditLines()).filter(({ event }) => event === "outcome");
    expect(outcomes.map(({ from, to, outcome }) => [from, to, outcome])).toEqual([
      [2048, 1856, "applied"],
      [1856, 1728, "applied"],
      [1728, 1600, "applied"],
    ]);
  });

  it.each([
    [
      "uses more than 90 % of what would come next",
      { memory: 3000 * mebibyte },
      /it uses 2\.9 GiB, which is 98 % of the 3GiB that would come next/u,
    ],
    ["would keep less than its headroom", { memory: 2700 * mebibyte }, /with 20 % headroom that is more than the/u],
    ["has begun to swap", { swap: 64 * mebibyte }, /its swap has grown from 0 B to 64 MiB/u],
    ["waits for memory", { memoryPressure: 10 }, /it waits for memory 10 % of the time/u],
  ])("stops where the container %s, and says what was reached", async (_what, figures, why) => {
    const on = await bench();
    const { vmid, file } = await oversized(on, 4 * gib, 2 * gib);
    on.simulator.control.pretend(vmid, { swap: 0, memory: 512 * mebibyte, memoryPressure: 9.9 });
    await on.simulator.control.advance(20_000);
    const { wait } = moving(on, (stage) => {
      if (stage === 2) {
        on.simulator.control.pretend(vmid, { swap: 0, memory: 512 * mebibyte, memoryPressure: 9.9, ...figures });
      }
    });
    const { results } = await on.apply(configuration(file), { wait });
    const written = memoryWrites(on);
    const reached = written.at(-1)!;
    expect(written.length).toBeGreaterThanOrEqual(2);
    expect(reached).toBeGreaterThan(2 * gib);
    expect(results).toMatchObject([
      { from: 4 * gib, to: reached, planned: 2 * gib, outcome: "applied", verified: true },
    ]);
    expect(results[0]?.error).toMatch(/^Stopped here on the way to 2GiB: /u);
    expect(results[0]?.error).toMatch(why);
    expect((await on.auditLines()).filter(({ event }) => event === "outcome").at(-1)).toMatchObject({
      outcome: "skipped",
      from: reached,
    });
  });

  it("leaves a container to whoever changes it meanwhile", async () => {
    const on = await bench();
    const { vmid, file } = await oversized(on, 4 * gib, 2 * gib);
    const { wait } = moving(on, (stage) => {
      if (stage === 2) on.simulator.control.setConfiguration(vmid, { memory: 3600 });
    });
    const { results } = await on.apply(configuration(file), { wait });
    expect(results[0]).toMatchObject({ planned: 2 * gib, outcome: "applied" });
    expect(results[0]?.error).toContain("its memory went from 3392MiB to 3600MiB");
    expect(on.simulator.control.configuration(vmid)).toContain("memory: 3600\n");
  });

  it("says unknown where a later write can't be read back", async () => {
    const on = await bench();
    const { file } = await oversized(on, 4 * gib, 2 * gib);
    let writes = 0;
    class Breaking extends AuditLog {
      override append(...[cluster, run, time, event]: Parameters<AuditLog["append"]>): Promise<void> {
        writes += event.event === "write" ? 1 : 0;
        if (event.event === "write" && writes === 2) on.simulator.control.addFault({ kind: "drop-after" });
        return super.append(cluster, run, time, event);
      }
    }
    const audit = new Breaking(on.audit.location);
    const { results } = await on.apply(configuration(file), { wait: moving(on).wait, audit });
    expect(results).toMatchObject([{ from: 4096, to: 3712, planned: 2 * gib, outcome: "unknown", verified: false }]);
    expect(results[0]?.error).toMatch(/^Stopped here on the way to 2GiB\. Could not learn whether Proxmox did it/u);
    expect(memoryWrites(on)).toHaveLength(2);
  });

  it("ends with the writes in flight when it is interrupted while it waits", async () => {
    const on = await bench();
    const { file } = await oversized(on, 4 * gib, 2 * gib);
    const interruption = new AbortController();
    const { wait } = moving(on, (stage) => {
      if (stage === 2) interruption.abort();
    });
    const { results } = await on.apply(configuration(file), { wait, signal: interruption.signal });
    expect(memoryWrites(on)).toHaveLength(2);
    expect(results[0]).toMatchObject({ to: memoryWrites(on)[1], planned: 2 * gib, outcome: "applied", verified: true });
    expect(results[0]?.error).toContain("the run was interrupted");
    expect((await on.auditLines()).at(-1)).toMatchObject({ event: "run-ended", interrupted: true });
  });

  it("lets others go on with their work while it lasts", async () => {
    const on = await bench();
    const { vmid, file } = await oversized(on, 4 * gib, 3 * gib);
    const { containers } = await on.gateway.inventory({ configurationOf: () => true });
    const other = containers.find(
      ({ vmid: id, status, lock, template, configuration: found }) =>
        id !== vmid &&
        status === "running" &&
        lock === null &&
        !template &&
        found?.cores === 2 &&
        found.cpulimit === null,
    );
    const config = configuration(`${file.slice(0, -1)}, { match: { vmids: [${other!.vmid}] }, cpu: { fixed: 3 } }]`);
    const { plan, inventory } = await on.dryRun(config);
    const { gateway, stateStore, audit } = on;
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const begun = await beginPlan({
      gateway,
      plan,
      config,
      inventory,
      stateStore,
      audit,
      clock: () => on.simulator.control.now(),
      wait: async () => {
        await held;
        return true;
      },
    });
    expect(begun.results).toMatchObject([{ vmid: other!.vmid, outcome: "applied" }]);
    expect([...begun.busy]).toEqual([vmid]);
    goOn();
    const whole = await begun.ended;
    expect([...begun.busy]).toEqual([]);
    expect(whole.results.map((result) => [result.vmid, result.outcome]).sort()).toEqual(
      [
        [vmid, "applied"],
        [other!.vmid, "applied"],
      ].sort(),
    );
  });
});
