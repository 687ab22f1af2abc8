import { chmod } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AuditLog, RecordsError } from "../../src/operate/index.js";
import { bench, configuration, type Bench } from "./harness.js";

/** Running containers without a lock that the demo starts with, and their sizes. */
async function running(on: Bench): Promise<readonly { vmid: number; cores: number; memory: number; node: string }[]> {
  const { containers } = await on.gateway.inventory({ configurationOf: () => true });
  return containers
    .filter(({ status, lock, template }) => status === "running" && lock === null && !template)
    .flatMap(({ vmid, node, configuration: found }) =>
      found === null || found.cores === null || found.cpulimit !== null
        ? []
        : [{ vmid, cores: found.cores, memory: found.memory, node }],
    );
}

/** One more core and another GiB for each of the containers. */
function growing(containers: readonly { vmid: number; cores: number; memory: number }[], more = ""): string {
  return [
    "version: 1",
    "mode: apply",
    ...(more === "" ? [] : [more]),
    "policies:",
    ...containers.map(
      ({ vmid, cores, memory }) =>
        `  - { match: { vmids: [${vmid}] }, cpu: { fixed: ${cores + 1} }, memory: { fixed: ${Math.ceil(memory / 64) * 64 + 1024}MiB } }`,
    ),
  ].join("\n");
}

describe("applyPlan", () => {
  it("writes CPU and memory of a container in one request with its digest, and reads them back", async () => {
    const on = await bench();
    const [first] = await running(on);
    const { results, problems } = await on.apply(configuration(growing([first!])));
    expect(problems).toEqual([]);
    expect(results.map(({ vmid, resource, outcome, verified }) => ({ vmid, resource, outcome, verified }))).toEqual([
      { vmid: first!.vmid, resource: "cores", outcome: "applied", verified: true },
      { vmid: first!.vmid, resource: "memory", outcome: "applied", verified: true },
    ]);
    expect(on.puts()).toHaveLength(1);
    expect(on.puts()[0]).toMatch(/digest=[0-9a-f]{40}/u);
    expect(on.simulator.control.configuration(first!.vmid)).toContain(`cores: ${first!.cores + 1}\n`);
  });

  it("gathers what a plan says of a container here and there into one write, and answers in the order of the plan", async () => {
    const on = await bench();
    const [first, second] = await running(on);
    const config = configuration(growing([first!, second!]));
    const dry = await on.dryRun(config);
    const ordered = ["cores", "memory"].flatMap((resource) =>
      [second!, first!].flatMap(({ vmid }) =>
        dry.plan.decisions.filter((decision) => decision.vmid === vmid && decision.resource === resource),
      ),
    );
    const told: string[] = [];
    const { results } = await on.apply(config, {
      ...dry,
      plan: { ...dry.plan, decisions: ordered },
      onOutcome: ({ vmid, resource }) => void told.push(`${vmid} ${resource}`),
    });
    const inOrder = ordered.map(({ vmid, resource }) => `${vmid} ${resource}`);
    expect(results.map(({ vmid, resource, outcome }) => `${vmid} ${resource} ${outcome}`)).toEqual(
      inOrder.map((one) => `${one} applied`),
    );
    // Each once, in whatever order they came.
    expect(told.toSorted()).toEqual(inOrder.toSorted());
    const puts = on.puts();
    expect(puts).toHaveLength(2);
    expect(puts.every((put) => put.includes("cores=") && put.includes("memory="))).toBe(true);
  });

  it("keeps what was there before in the audit log, and the success in the state", async () => {
    const on = await bench();
    const [first] = await running(on);
    const { run } = await on.apply(configuration(growing([first!])));
    const lines = await on.auditLines();
    expect(lines.map(({ event }) => event)).toEqual(["run-started", "write", "outcome", "outcome", "run-ended"]);
    expect(lines.every((line) => line["run"] === run && typeof line["time"] === "string")).toBe(true);
    expect(lines[1]).toMatchObject({
      vmid: first!.vmid,
      before: { cores: first!.cores, memory: first!.memory },
      change: { cores: first!.cores + 1 },
    });
    const { cluster } = await on.gateway.inventory();
    const state = await on.stateStore.read(cluster);
    expect(state.containers[first!.vmid]?.cores?.up).toMatchObject({ from: first!.cores, to: first!.cores + 1 });
  });

  it("counts a success from its decision, unless the interval is over by then", async () => {
    const on = await bench();
    const [first, second] = await running(on);
    const { cluster } = await on.gateway.inventory();
    const upAfter = async (one: typeof first, seconds: number) => {
      const config = configuration(growing([one!], "interval: 60s"));
      const dry = await on.dryRun(config);
      await on.simulator.control.advance(seconds * 1000);
      await on.apply(config, dry);
      const state = await on.stateStore.read(cluster);
      return (state.containers[one!.vmid]?.cores?.up?.time ?? 0) - Date.parse(dry.plan.generatedAt);
    };
    expect(await upAfter(first, 3)).toBe(0);
    expect(await upAfter(second, 90)).toBe(90_000);
  });

  it("leaves a container alone whose size was changed after the plan", async () => {
    const on = await bench();
    const [first, second] = await running(on);
    const config = configuration(growing([first!, second!]));
    const dry = await on.dryRun(config);
    on.simulator.control.setConfiguration(first!.vmid, { cores: first!.cores + 5 });
    const { results } = await on.apply(config, dry);
    expect(results.filter(({ vmid }) => vmid === first!.vmid)).toMatchObject([
      { outcome: "skipped", verified: false, error: expect.stringContaining("went from") as string },
      { outcome: "skipped" },
    ]);
    expect(results.filter(({ vmid }) => vmid === second!.vmid).map(({ outcome }) => outcome)).toEqual([
      "applied",
      "applied",
    ]);
    expect(on.puts()).toHaveLength(1);
  });

  it("says unchanged where somebody has made the very change already", async () => {
    const on = await bench();
    const [first] = await running(on);
    const config = configuration(
      `version: 1\npolicies: [{ match: { vmids: [${first!.vmid}] }, cpu: { fixed: ${first!.cores + 1} } }]`,
    );
    const dry = await on.dryRun(config);
    on.simulator.control.setConfiguration(first!.vmid, { cores: first!.cores + 1 });
    const { results } = await on.apply(config, dry);
    expect(results).toMatchObject([{ outcome: "unchanged", verified: true }]);
    expect(on.puts()).toEqual([]);
  });

  it("skips a container that is locked by now, in Proxmox's own words", async () => {
    const on = await bench();
    const [first] = await running(on);
    const config = configuration(growing([first!]));
    const dry = await on.dryRun(config);
    on.simulator.control.lock(first!.vmid, "backup");
    const { results } = await on.apply(config, dry);
    expect(results.map(({ outcome }) => outcome)).toEqual(["skipped", "skipped"]);
    expect(results[0]?.error).toContain("locked (backup)");
  });

  it("loses the race against somebody who writes between its read and its write", async () => {
    const on = await bench();
    const [first] = await running(on);
    class Racing extends AuditLog {
      override append(...[cluster, run, time, event]: Parameters<AuditLog["append"]>): Promise<void> {
        if (event.event === "write") on.simulator.control.setConfiguration(event.vmid, { description: "mine" });
        return super.append(cluster, run, time, event);
      }
    }
    const { results } = await on.apply(configuration(growing([first!])), { audit: new Racing(on.audit.location) });
    expect(results.map(({ outcome }) => outcome)).toEqual(["skipped", "skipped"]);
    expect(results[0]?.error).toContain("detected modified configuration");
    expect(on.simulator.control.configuration(first!.vmid)).toContain(`cores: ${first!.cores}\n`);
  });

  it.each(["drop-after", "truncated-body"] as const)(
    "reads back a write whose answer was lost (%s), and does not send it again",
    async (kind) => {
      const on = await bench();
      const [first] = await running(on);
      on.simulator.control.addFault({ kind, method: "PUT" });
      const { results } = await on.apply(configuration(growing([first!])));
      expect(results.map(({ outcome, verified }) => ({ outcome, verified }))).toEqual([
        { outcome: "applied", verified: true },
        { outcome: "applied", verified: true },
      ]);
      expect(on.puts()).toHaveLength(1);
    },
  );

  it("says failed of a write that never arrived, and does not send it again", async () => {
    const on = await bench();
    const [first] = await running(on);
    on.simulator.control.addFault({ kind: "drop", method: "PUT" });
    const { results } = await on.apply(configuration(growing([first!])));
    expect(results.map(({ outcome, verified }) => ({ outcome, verified }))).toEqual([
      { outcome: "failed", verified: false },
      { outcome: "failed", verified: false },
    ]);
    expect(results[0]?.error).toContain(`its configuration still says ${first!.cores} cores`);
    expect(on.puts()).toHaveLength(1);
  });

  it("says unknown of a write that can't be read back", async () => {
    const on = await bench();
    const [first] = await running(on);
    const config = configuration(growing([first!]));
    const dry = await on.dryRun(config);
    class Breaking extends AuditLog {
      override append(...[cluster, run, time, event]: Parameters<AuditLog["append"]>): Promise<void> {
        // From the write on nothing gets through any more.
        if (event.event === "write") on.simulator.control.addFault({ kind: "drop-after" });
        return super.append(cluster, run, time, event);
      }
    }
    const { results } = await on.apply(config, { ...dry, audit: new Breaking(on.audit.location) });
    expect(results.map(({ outcome, verified }) => ({ outcome, verified }))).toEqual([
      { outcome: "unknown", verified: false },
      { outcome: "unknown", verified: false },
    ]);
    expect(on.puts()).toHaveLength(1);
  });

  it("begins nothing more once it is interrupted, and finishes what is under way", async () => {
    const on = await bench();
    const [first, second] = await running(on);
    const interruption = new AbortController();
    const config = configuration(growing([first!, second!], "safety: { maxConcurrent: 1 }"));
    const { results } = await on.apply(config, {
      signal: interruption.signal,
      onOutcome: () => interruption.abort(),
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(["applied", "applied", "skipped", "skipped"]);
    expect(results[2]?.error).toContain("Interrupted");
    expect(on.puts()).toHaveLength(1);
    expect((await on.auditLines()).at(-1)).toMatchObject({
      event: "run-ended",
      applied: 2,
      skipped: 2,
      interrupted: true,
    });
  });

  it("writes nothing to Proxmox where the records can't be kept", async () => {
    const on = await bench();
    const [first] = await running(on);
    const config = configuration(growing([first!]));
    const blocked = { directory: "/dev/null/records", endpoint: on.simulator.url };
    const { StateStore } = await import("../../src/operate/index.js");
    const attempt = on.apply(config, { stateStore: new StateStore(blocked), audit: new AuditLog(blocked) });
    await expect(attempt).rejects.toThrow(RecordsError);
    await expect(attempt).rejects.toThrow(/could not be read: a part of the path is not a folder/u);
    expect(on.puts()).toEqual([]);
    await chmod(on.directory, 0o700);
  });

  it("grows before it shrinks on a node", async () => {
    const on = await bench();
    const all = await running(on);
    const node = all.map((one) => one.node).find((name) => all.filter((one) => one.node === name).length > 1);
    const here = all.filter((one) => one.node === node && one.cores > 1);
    const there = all.filter((one) => one.node === node);
    const shrunk = here[0]!;
    const grown = there.find(({ vmid }) => vmid > shrunk.vmid) ?? there.find(({ vmid }) => vmid !== shrunk.vmid)!;
    const config = configuration(
      [
        "version: 1",
        "policies:",
        `  - { match: { vmids: [${shrunk.vmid}] }, cpu: { fixed: ${shrunk.cores - 1}, shrink: immediate } }`,
        `  - { match: { vmids: [${grown.vmid}] }, cpu: { fixed: ${grown.cores + 1} } }`,
      ].join("\n"),
    );
    const { results } = await on.apply(config);
    expect(new Set(results.map(({ action }) => action))).toEqual(new Set(["scale-up", "scale-down"]));
    expect(on.puts().map((put) => /lxc\/(\d+)\//u.exec(put)?.[1])).toEqual([String(grown.vmid), String(shrunk.vmid)]);
  });

  it("fails with the missing privilege's name where the token may only look", async () => {
    const on = await bench({ scenario: "audit-only" });
    const [first] = await running(on);
    const { results } = await on.apply(configuration(growing([first!])));
    expect(results.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
    expect(results[0]?.error).toContain("VM.Config");
  });

  it("carries out only what was selected", async () => {
    const on = await bench();
    const [first, second] = await running(on);
    const { results } = await on.apply(configuration(growing([first!, second!])), {
      select: ({ vmid, resource }) => vmid === second!.vmid && resource === "memory",
    });
    expect(results.map(({ vmid, resource }) => `${vmid} ${resource}`)).toEqual([`${second!.vmid} memory`]);
    expect(on.puts()).toHaveLength(1);
    expect(on.puts()[0]).not.toContain("cores=");
  });
});
