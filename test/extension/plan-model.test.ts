import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cluster } from "../../src/extension/cluster/cluster.js";
import type { PlanModel } from "../../src/extension/scaling/plan-model.js";
import type { PlanSource } from "../../src/extension/scaling/plan-source.js";
import { planSections } from "../../src/extension/scaling/sections.js";
import { decisionKey, decisionRow } from "../../src/extension/scaling/decision-row.js";
import type { Decision } from "../../src/model/index.js";
import type { Simulator } from "../../src/simulator/index.js";
import { never, startPlanning, type Planning } from "./planning.js";

let planning: Planning;
let simulator: Simulator;
let cluster: Cluster;
let plans: PlanModel;
let source: PlanSource;

beforeEach(async () => {
  planning = await startPlanning();
  ({ simulator, cluster, plans, source } = planning);
});

afterEach(() => planning[Symbol.asyncDispose]());

describe("a dry run of the demo's file on the demo cluster", () => {
  it("shows growth, shrinking, what is blocked and what holds, each with a reason", async () => {
    const { plan, shown } = await plans.dryRun(source, cluster, never);
    const { scaleUp, scaleDown, blocked, hold } = plan.summary;
    for (const count of [scaleUp, scaleDown, blocked, hold]) expect(count).toBeGreaterThan(0);
    expect(plan.decisions.every(({ reasons }) => reasons.length > 0)).toBe(true);
    expect(planSections(shown).map(({ section, decisions }) => [section, decisions.length])).toEqual([
      ["changes", scaleUp + scaleDown],
      ["blocked", blocked],
      ["holding", hold],
    ]);
  });

  it("writes nothing, and checks every change at first", async () => {
    const { plan } = await plans.dryRun(source, cluster, never);
    expect(plans.checked).toHaveLength(plan.summary.scaleUp + plan.summary.scaleDown);
    const [first] = plans.checked;
    if (first === undefined) throw new Error("there is nothing to change");
    plans.check([first], false);
    expect(plans.checked).not.toContain(first);
    plans.check([first], true);
    expect(plans.checked).toContain(first);
    expect(plans.pendingChanges("x", first.vmid)).toContain(first);
    expect(plans.pendingChanges("other", first.vmid)).toEqual([]);
  });
});

/** A growth to the least size of its policy: due at every hour, whatever the load. */
function growthOf(name: string): Decision {
  const growth = plans.checked.find((decision) => decision.name === name && decision.resource === "memory");
  if (growth?.action !== "scale-up") throw new Error(`${name} does not grow`);
  return growth;
}

describe("applying", () => {
  it("carries out what is chosen, reads it back, and leaves the rest to be applied later", async () => {
    const ready = await plans.dryRun(source, cluster, never);
    const growth = growthOf("db-2");
    const { results, problems } = await plans.apply(ready, [growth], never);
    expect(problems).toEqual([]);
    expect(results).toMatchObject([{ vmid: growth.vmid, outcome: "applied", verified: true, to: growth.to }]);
    expect(plans.checked.map(decisionKey)).not.toContain(decisionKey(growth));
    expect(plans.isPending(growth)).toBe(false);
    const gateway = await cluster.gateway();
    expect((await gateway.configuration(growth)).memory).toBe(growth.to);
  });

  it("leaves a container alone that was changed in the meantime", async () => {
    const ready = await plans.dryRun(source, cluster, never);
    const growth = growthOf("db-2");
    const gateway = await cluster.gateway();
    const { digest } = await gateway.configuration(growth);
    await gateway.resize(growth, { swap: 640 }, digest);
    const { results } = await plans.apply(ready, [growth], never);
    expect(results[0]?.outcome).not.toBe("applied");
    expect(results[0]?.error).toMatch(/\S/u);
  });
});

describe("memory that goes down in stages", () => {
  it("is waited for by nobody: its row says how far it has come, and it can't be applied twice", async () => {
    const ready = await plans.dryRun(source, cluster, never);
    const shrink = plans.checked.find(({ name, resource }) => name === "web-3" && resource === "memory");
    if (shrink?.action !== "scale-down") throw new Error("web-3 does not shrink");
    const interruption = new AbortController();
    const { results, busy, ended } = await plans.apply(ready, [shrink], interruption.signal);
    expect(results).toEqual([]);
    expect([...busy]).toEqual([shrink.vmid]);
    const stage = plans.stageOf(cluster, shrink.vmid);
    if (stage === undefined) throw new Error("no stage was told");
    expect(stage.reached).toBeLessThan(shrink.from ?? 0);
    expect(stage.to).toBe(shrink.to);
    const shown = ready.shown.decisions.find((one) => decisionKey(one) === decisionKey(shrink));
    if (shown === undefined) throw new Error("it is not shown");
    expect(decisionRow(shown, undefined, stage).description).toMatch(/of the way to 1 GiB: a step every 30 s/u);
    expect(plans.isPending(shrink)).toBe(false);

    // A fresh plan wants the rest of it, which is under way.
    await plans.dryRun(source, cluster, never);
    expect(plans.checked.map(decisionKey)).not.toContain(decisionKey(shrink));

    interruption.abort();
    const [last] = (await ended).results;
    expect(last).toMatchObject({ vmid: shrink.vmid, outcome: "applied", to: stage.reached, planned: shrink.to });
    expect(plans.stageOf(cluster, shrink.vmid)).toBeUndefined();
  });
});

describe("a file that can't be planned for", () => {
  it("is told by its first error, with its line", async () => {
    const broken = {
      ...source,
      text: "version: 1\npolicies:\n  - name: web\n    match: { tags: [web] }\n    cpu: { mix: 1 }\n",
    };
    await expect(plans.dryRun(broken, cluster, never)).rejects.toThrow(/^autoscaler\.yaml, line 5: /u);
    expect(plans.state).toMatchObject({ kind: "failed", findings: 1 });
    expect(plans.checked).toEqual([]);
  });

  it("keeps the former plan when the next one is cancelled", async () => {
    const { plan } = await plans.dryRun(source, cluster, never);
    await expect(plans.dryRun(source, cluster, AbortSignal.abort())).rejects.toMatchObject({ kind: "cancelled" });
    expect(plans.state).toMatchObject({ kind: "ready", plan });
  });

  it("is told in Proxmox's words where the cluster does not answer", async () => {
    await simulator.close();
    await expect(plans.dryRun(source, cluster, never)).rejects.toMatchObject({ kind: "unreachable" });
    expect(plans.state.kind).toBe("failed");
  });
});

describe("beside a loop that holds the lease", () => {
  it("changes nothing, and says who scales the cluster", async () => {
    const ready = await plans.dryRun(source, cluster, never);
    const [vmid] = ready.inventory.containers.map((container) => container.vmid);
    const until = new Date(Date.parse("2026-11-20T10:30:00Z")).toISOString().slice(0, 19).replace("T", " ");
    const managed = Math.min(...ready.plan.decisions.map((decision) => decision.vmid));
    expect(vmid).toBeLessThanOrEqual(managed);
    simulator.control.setConfiguration(managed, {
      description: `> LXC Autoscaler: run on pve9 (4f3a2b1c) scales this cluster until ${until} UTC. Others only recommend.\n`,
    });
    await expect(plans.apply(ready, plans.checked, never)).rejects.toThrow(
      /^lxc-autoscaler run on pve9 \(4f3a2b1c\) scales this cluster.* Nothing was changed: stop it or pause it first\.$/u,
    );
    expect(simulator.control.requests().filter(({ method }) => method === "PUT")).toEqual([]);
  });
});
