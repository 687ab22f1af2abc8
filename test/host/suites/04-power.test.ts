import assert from "node:assert/strict";
import { commands } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, ownSimulator, rowOf } from "./support.js";

describe("power verbs", () => {
  let api: ExtensionApi;
  let simulator: Simulator;
  let questions: string[];

  before(async () => {
    api = await activated();
    // Tasks take their time here: the clock runs.
    simulator = await ownSimulator({ clock: "running", speed: 10 });
    await api.connect(simulator);
  });

  beforeEach(() => {
    questions = [];
    api.answerQuestions?.(({ message }) => {
      questions.push(message);
      return true;
    });
  });

  after(async () => {
    await disconnected(api);
    await simulator.close();
  });

  /** The same as a click on rows of the tree. */
  async function click(command: string, ...vmids: readonly number[]): Promise<void> {
    const elements = vmids.map((vmid) => api.element(vmid));
    await commands.executeCommand(command, elements[0], elements.length > 1 ? elements : undefined);
    await api.whenIdle();
  }

  it("start what is stopped, without a question, and show it at once", async () => {
    await click("lxcAutoscaler.startContainer", 119);
    assert.deepEqual(questions, []);
    assert.equal(simulator.control.isRunning(119), true);
    assert.equal(rowOf(await api.rows("containers"), "forum-old").contextValue, "container.running");
  });

  it("ask before they shut down, by name and cluster", async () => {
    await click("lxcAutoscaler.shutDownContainer", 119);
    assert.match(questions[0] ?? "", /^Shut down forum-old \(119\) on demo \(127\.0\.0\.1:\d+\)\?$/u);
    assert.equal(simulator.control.isRunning(119), false);
    assert.equal(rowOf(await api.rows("containers"), "forum-old").contextValue, "container.stopped");
  });

  it("do nothing when the answer is no", async () => {
    api.answerQuestions?.(() => false);
    await click("lxcAutoscaler.stopContainer", 104);
    assert.equal(simulator.control.isRunning(104), true);
  });

  it("act on a selection, ask once, and go on past one that fails", async () => {
    simulator.control.addTaskFault({ vmid: 104, fails: "command 'lxc-stop' failed: exit code 1" });
    await click("lxcAutoscaler.stopContainer", 104, 112, 119);
    // 119 is stopped already: it is not part of it.
    assert.match(questions[0] ?? "", /^Stop 2 containers on demo /u);
    assert.equal(questions.length, 1);
    assert.equal(simulator.control.isRunning(104), true);
    assert.equal(simulator.control.isRunning(112), false);
    simulator.control.clearFaults();
  });

  it("reboot", async () => {
    await click("lxcAutoscaler.rebootContainer", 104);
    assert.match(questions[0] ?? "", /^Reboot dns \(104\)/u);
    assert.equal(simulator.control.isRunning(104), true);
    assert.equal(rowOf(await api.rows("containers"), "dns").contextValue, "container.running");
  });
});
