import assert from "node:assert/strict";
import { commands } from "vscode";
import type { ExtensionApi, ShownRow } from "../../../src/extension/api.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, ownSimulator, rowOf } from "./support.js";

describe("the Overview", () => {
  let api: ExtensionApi;
  let simulator: Simulator;

  before(async () => {
    api = await activated();
    simulator = await ownSimulator();
    await api.connect(simulator);
  });

  after(async () => {
    await disconnected(api);
    await simulator.close();
  });

  const lines = (rows: readonly ShownRow[]): readonly string[] =>
    rows.map(({ label, description }) => `${label}: ${description}`);

  it("sums the cluster up, and names its nodes, what is hottest and what is wrong", async () => {
    const rows = await api.rows("overview");
    assert.deepEqual(
      rows.map(({ label }) => label),
      ["Problems", "Nodes", "Containers", "CPU", "Memory", "Hottest containers", "Autoscaler", "Storages"],
    );
    assert.equal(rowOf(rows, "Nodes").description, "3 of 3 online");
    assert.equal(rowOf(rows, "Nodes").children.length, 3);
    assert.match(rowOf(rows, "CPU").description, /^\d+ of \d+ cores in use · \d+ given to containers$/u);
    assert.match(rowOf(rows, "Memory").description, /GiB in use · [\d.]+ GiB given to containers$/u);
    assert.equal(rowOf(rows, "Autoscaler").description, "no plan yet: make a dry run");
    assert.match(lines(rowOf(rows, "Hottest containers").children)[0] ?? "", /^web-2: 102 · CPU \d+ %, memory \d+ %$/u);
    assert.match(lines(rowOf(rows, "Problems").children)[0] ?? "", /^web-2: 102 · /u);
  });

  it("has the room on the storages, asked for when it is opened", async () => {
    const storages = rowOf(await api.rows("overview"), "Storages").children;
    assert.ok(storages.length > 0);
    for (const { description } of storages) assert.match(description, /free, \d+ % full$/u);
  });

  it("says that a node is away", async () => {
    simulator.control.takeNodeDown("pve3");
    await simulator.control.advance(60_000);
    await commands.executeCommand("lxcAutoscaler.refresh");
    const rows = await api.rows("overview");
    assert.equal(rowOf(rows, "Nodes").description, "2 of 3 online");
    assert.match(rowOf(rowOf(rows, "Nodes").children, "pve3").description, /^offline · \d+ LXC$/u);
    simulator.control.bringNodeUp("pve3");
    await simulator.control.advance(20_000);
    await commands.executeCommand("lxcAutoscaler.refresh");
  });

  it("is gone with the cluster", async () => {
    await disconnected(api);
    assert.deepEqual(await api.rows("overview"), []);
    await api.connect(simulator);
  });
});
