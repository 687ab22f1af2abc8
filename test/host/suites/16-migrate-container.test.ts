import assert from "node:assert/strict";
import { commands } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, ownSimulator, rowOf } from "./support.js";

describe("migrating containers", () => {
  let api: ExtensionApi;
  let simulator: Simulator;
  let questions: { readonly message: string; readonly detail: string }[];

  before(async () => {
    api = await activated();
    // Tasks take their time here: the clock runs.
    simulator = await ownSimulator({ clock: "running", speed: 20 });
    await api.connect(simulator);
  });

  beforeEach(() => {
    questions = [];
    api.answerQuestions?.((question) => {
      questions.push(question);
      return true;
    });
  });

  after(async () => {
    await disconnected(api);
    await simulator.close();
  });

  const nodeOf = (vmid: number): string | undefined =>
    api.inventory()?.containers.find((container) => container.vmid === vmid)?.node;

  const other = (node: string | undefined): string => (node === "pve2" ? "pve1" : "pve2");

  /** The same as a drop on a node. */
  async function drop(to: string, ...vmids: readonly number[]): Promise<void> {
    await commands.executeCommand("lxcAutoscaler.migrateContainer", { cluster: "api", vmids, to });
    await api.whenIdle();
  }

  it("asks with the container, both nodes and the cluster by name, and says that it is shut down meanwhile", async function () {
    this.timeout(120_000);
    const from = nodeOf(104);
    const to = other(from);
    await drop(to, 104);
    assert.equal(questions.length, 1);
    assert.match(
      questions[0]?.message ?? "",
      new RegExp(`^Migrate dns \\(104\\) from ${from ?? ""} to ${to} on demo \\(127\\.0\\.0\\.1:\\d+\\)\\?$`, "u"),
    );
    assert.match(questions[0]?.detail ?? "", /it is shut down, moved and started on pve\d/u);
    assert.equal(nodeOf(104), to);
    assert.equal(simulator.control.isRunning(104), true);
    // What Proxmox lists follows what it did by some seconds.
    while (api.inventory()?.containers.find(({ vmid }) => vmid === 104)?.status !== "running") {
      await commands.executeCommand("lxcAutoscaler.refresh");
      await api.whenIdle();
    }
    const rows = await api.rows("containers");
    assert.equal(rowOf(rowOf(rows, to).children, "dns").contextValue, "container.running");
  });

  it("moves what is stopped as it is, and leaves what is there already", async function () {
    this.timeout(120_000);
    const to = other(nodeOf(119));
    const there = api.inventory()?.containers.find(({ node, vmid }) => node === to && vmid !== 104);
    assert.ok(there);
    await drop(to, 119, there.vmid);
    assert.match(questions[0]?.message ?? "", /^Migrate forum-old \(119\)/u);
    assert.match(questions[0]?.detail ?? "", /Left where it is: .* is there already$/u);
    assert.equal(nodeOf(119), to);
    assert.equal(simulator.control.isRunning(119), false);
  });

  it("does nothing when the answer is no, and asks nothing where nothing can go", async () => {
    const from = nodeOf(112) ?? "";
    api.answerQuestions?.(() => false);
    await drop(other(from), 112);
    assert.equal(nodeOf(112), from);
    api.answerQuestions?.((question) => {
      questions.push(question);
      return true;
    });
    await drop(from, 112);
    simulator.control.takeNodeDown("pve3");
    await commands.executeCommand("lxcAutoscaler.refresh");
    await drop("pve3", 112);
    simulator.control.bringNodeUp("pve3");
    assert.deepEqual(questions, []);
    assert.equal(nodeOf(112), from);
  });
});
