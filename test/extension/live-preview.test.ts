import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LivePreview } from "../../src/extension/scaling/live-preview.js";
import type { PlanModel, ReadyPlan } from "../../src/extension/scaling/plan-model.js";
import type { PlanSource } from "../../src/extension/scaling/plan-source.js";
import { differences } from "../../src/extension/scaling/preview.js";
import type { Decision } from "../../src/model/index.js";
import { HandClock } from "./builders.js";
import { never, startPlanning, type Planning } from "./planning.js";

let planning: Planning;
let plans: PlanModel;
let source: PlanSource;

beforeEach(async () => {
  planning = await startPlanning();
  ({ plans, source } = planning);
  await plans.dryRun(source, planning.cluster, never);
  planning.simulator.control.forgetRequests();
});

afterEach(() => planning[Symbol.asyncDispose]());

/** The file with another lower bound for the memory of its databases. */
function typed(max: string): PlanSource {
  const text = source.text.replace("{ min: 3GiB }", `{ min: ${max} }`);
  expect(text).not.toBe(source.text);
  return { ...source, text };
}

function ready(): ReadyPlan {
  if (plans.state.kind !== "ready") throw new Error("there is no plan");
  return plans.state;
}

function shownMemoryOf(name: string): Decision["to"] | undefined {
  const { decisions } = (ready().preview ?? ready()).plan;
  return decisions.find((decision) => decision.name === name && decision.resource === "memory")?.to;
}

describe("a text that is changed after its dry run", () => {
  it("is planned for by the same readings, without a word to the cluster", async () => {
    expect(shownMemoryOf("db-2")).toBe(3072);
    await plans.preview(typed("4GiB"));
    expect(shownMemoryOf("db-2")).toBe(4096);
    expect(planning.simulator.control.requests()).toEqual([]);
    const { preview, shown } = ready();
    expect([...differences(preview?.shown ?? shown, shown)]).toContain("110/memory");
  });

  it("gives the very plan of its dry run again where it only looks different", async () => {
    await plans.preview({ ...source, text: `${source.text}# a remark\n` });
    const { preview, shown } = ready();
    expect(preview?.shown.decisions).toEqual(shown.decisions);
    expect(preview?.unread).toBe(0);
    expect(differences(preview?.shown ?? shown, shown).size).toBe(0);
  });

  it("can't be applied: nothing of it is checked, nothing pending", async () => {
    expect(plans.checked.length).toBeGreaterThan(0);
    await plans.preview(typed("4GiB"));
    expect(plans.checked).toEqual([]);
    const growth = ready().preview?.plan.decisions.find(({ name, to }) => name === "db-2" && to === 4096);
    if (growth === undefined) throw new Error("db-2 does not grow");
    expect(plans.isPending(growth)).toBe(false);
    // Shown in the tree and counted it is.
    expect(plans.isDue(growth)).toBe(true);
    expect(plans.pendingChanges("x", growth.vmid)).toContain(growth);
  });

  it("brings the plan back with its check boxes when the change is undone", async () => {
    const { checked } = plans;
    const [first] = checked;
    if (first === undefined) throw new Error("nothing is checked");
    plans.check([first], false);
    await plans.preview(typed("4GiB"));
    await plans.preview(source);
    expect(ready().preview).toBeNull();
    expect(plans.checked).toEqual(checked.slice(1));
  });

  it("keeps the last that could be planned for while it is broken, and says where", async () => {
    await plans.preview(typed("4GiB"));
    await plans.preview({ ...source, text: `${source.text}\nbroken: [` });
    expect(shownMemoryOf("db-2")).toBe(4096);
    expect(ready().preview?.fault).toMatch(/^autoscaler\.yaml, line \d+: ./u);
    await plans.preview(typed("5GiB"));
    expect(ready().preview?.fault).toBeNull();
    expect(shownMemoryOf("db-2")).toBe(5120);
  });

  it("says how many containers it is about that were not read for the plan", async () => {
    const more = '  - name: more\n    match: { names: ["*"] }\n    cpu: { min: 1, max: 2, target: 50% }\n';
    const text = source.text.replace("policies:\n", `policies:\n${more}`);
    await plans.preview({ ...source, text });
    expect(ready().preview).toMatchObject({ fault: null });
    expect(ready().preview?.unread).toBeGreaterThan(0);
  });

  it("is not previewed where it is another file, or where something was applied", async () => {
    await plans.preview({ ...typed("4GiB"), uri: "file:///other.yaml" });
    expect(ready().preview).toBeNull();
    const growth = plans.checked.find(({ name, resource }) => name === "db-2" && resource === "memory");
    if (growth === undefined) throw new Error("db-2 does not grow");
    await plans.preview(typed("4GiB"));
    await plans.apply(ready(), [growth], never);
    expect(ready().preview).toBeNull();
    await plans.preview(typed("4GiB"));
    expect(ready().preview).toBeNull();
  });

  it("shows only the last of what is asked for at once", async () => {
    await Promise.all([plans.preview(typed("4GiB")), plans.preview(typed("5GiB")), plans.preview(typed("6GiB"))]);
    expect(shownMemoryOf("db-2")).toBe(6144);
    await Promise.all([plans.preview(typed("4GiB")), plans.preview(source)]);
    expect(ready().preview).toBeNull();
  });
});

describe("typing", () => {
  let clock: HandClock;
  let live: LivePreview;
  let text: PlanSource;
  let reads: number;

  beforeEach(() => {
    clock = new HandClock();
    text = source;
    reads = 0;
    live = new LivePreview({
      plans,
      timers: clock.timers,
      read: () => {
        reads += 1;
        return Promise.resolve(text);
      },
    });
  });

  afterEach(() => live.dispose());

  const press = (max: string): void => {
    text = typed(max);
    live.changed(source.uri);
  };

  it("is answered within 300 ms of the last key, and put off by each", async () => {
    press("4GiB");
    clock.advance(0.1);
    press("5GiB");
    clock.advance(0.1);
    expect(reads).toBe(0);
    expect(clock.nextIn).toBeLessThan(0.2);
    clock.advance(0.2);
    await live.whenIdle();
    expect(reads).toBe(1);
    expect(shownMemoryOf("db-2")).toBe(5120);
  });

  it("in another file starts nothing", () => {
    live.changed("file:///other.yaml");
    expect(clock.waiting).toBe(0);
  });

  it("that went on while a dry run was made is looked at after it", async () => {
    const running = plans.dryRun(source, planning.cluster, never);
    text = typed("4GiB");
    await running;
    clock.advance(0.3);
    await live.whenIdle();
    expect(shownMemoryOf("db-2")).toBe(4096);
  });

  it("leaves nothing waiting when the window closes", () => {
    press("4GiB");
    live.dispose();
    press("5GiB");
    expect(clock.waiting).toBe(0);
  });
});
