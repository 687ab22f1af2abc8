import assert from "node:assert/strict";
import { commands, TabInputWebview, window } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, editorsClosed, ownSimulator, until } from "./support.js";

describe("charts", () => {
  let api: ExtensionApi;
  let simulator: Simulator;

  before(async () => {
    api = await activated();
    simulator = await ownSimulator();
    await api.connect(simulator);
  });

  after(async () => {
    await editorsClosed();
    await disconnected(api);
    await simulator.close();
  });

  const tabs = (): readonly string[] =>
    window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof TabInputWebview && input.viewType.includes("lxcAutoscaler.chart"))
      .map(({ label }) => label);

  /** The editor tells of its tabs and pages some time after it was asked for them. */
  const soon = (holds: () => boolean): Promise<void> =>
    until(holds, (listener) => {
      const timer = setInterval(listener, 50);
      return { dispose: () => clearInterval(timer) };
    });

  const chart = (title: string) => api.charts().find((one) => one.title === title);

  it("open from a row, with what was recorded and what is seen", async () => {
    await commands.executeCommand("lxcAutoscaler.showChart", api.element(101));
    await soon(() => chart("Chart: web-1 (101)")?.ready === true && tabs().length === 1);
    await api.whenIdle();
    assert.deepEqual(tabs(), ["Chart: web-1 (101)"]);
    const document = chart("Chart: web-1 (101)")?.document;
    const [thing] = document?.things ?? [];
    assert.ok((thing?.recorded.times.length ?? 0) > 50);
    assert.ok((thing?.live.times.length ?? 0) > 0);
    assert.deepEqual(document?.notices, []);
  });

  it("are used again for the same thing, and compare several", async () => {
    await commands.executeCommand("lxcAutoscaler.showChart", api.element(101));
    const both = [api.element(102), api.element(101)];
    await commands.executeCommand("lxcAutoscaler.showChart", both[0], both);
    await commands.executeCommand("lxcAutoscaler.showChart", both[1], both.toReversed());
    await soon(() => chart("Chart: 2 containers")?.ready === true && tabs().length === 2);
    assert.deepEqual(tabs(), ["Chart: web-1 (101)", "Chart: 2 containers"]);
    assert.equal(api.charts().length, 2);
  });

  it("read nothing while nobody sees them", async () => {
    await soon(() => chart("Chart: web-1 (101)")?.visible === false);
    assert.equal(chart("Chart: web-1 (101)")?.ready, false);
    const looks = (title: string): readonly number[] => chart(title)?.document.things[0]?.live.times ?? [];
    await api.whenIdle();
    const before = { hidden: looks("Chart: web-1 (101)"), shown: looks("Chart: 2 containers") };
    await simulator.control.advance(30_000);
    await commands.executeCommand("lxcAutoscaler.refresh");
    await api.whenIdle();
    assert.deepEqual(looks("Chart: web-1 (101)"), before.hidden);
    assert.ok(looks("Chart: 2 containers").length > before.shown.length);
  });

  it("say that their cluster is gone, and leave nothing behind when they are closed", async () => {
    await disconnected(api);
    const [notice] = api.charts().at(-1)?.document.notices ?? [];
    assert.equal(notice?.text, "The cluster of this chart is not connected any more.");
    await editorsClosed();
    await soon(() => tabs().length === 0);
    assert.deepEqual(api.charts(), []);
  });
});
