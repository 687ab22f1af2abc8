import assert from "node:assert/strict";
import { commands } from "vscode";
import type { ExtensionApi, ShownRow } from "../../../src/extension/api.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, flat, ownSimulator, rowOf, until } from "./support.js";

const looks = ({ label, description, icon, contextValue }: ShownRow): string =>
  JSON.stringify([label, description, icon, contextValue]);

describe("the Containers tree", () => {
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

  /** What was asked to be painted again meanwhile; `null` stands for everything. */
  async function repaintedBy(action: () => Promise<unknown>): Promise<readonly (string | null)[]> {
    const painted: (string | null)[] = [];
    const listening = api.onDidRepaint((ids) => painted.push(...(ids ?? [null])));
    await action();
    await api.whenIdle();
    listening.dispose();
    return painted;
  }

  it("repaints nothing where nothing changed", async () => {
    assert.deepEqual(await repaintedBy(() => Promise.resolve(commands.executeCommand("lxcAutoscaler.refresh"))), []);
  });

  it("repaints the rows that changed and no others", async () => {
    const before = flat(await api.rows("containers"));
    const former = new Map(before.map((row) => [row.id, looks(row)]));
    await simulator.control.advance(60_000);
    const painted = await repaintedBy(() => Promise.resolve(commands.executeCommand("lxcAutoscaler.refresh")));
    const after = flat(await api.rows("containers"));
    const changed = after.filter((row) => former.get(row.id) !== looks(row)).map(({ id }) => id);
    assert.ok(changed.length > 0, "a minute changed nothing");
    assert.ok(changed.length < after.length, "a minute changed everything");
    // A node brings the rows below it along.
    const covered = (id: string): boolean => painted.includes(id) || painted.includes(id.slice(0, id.lastIndexOf("/")));
    assert.deepEqual(
      changed.filter((id) => !covered(id)),
      [],
    );
    assert.deepEqual(
      painted.filter((id) => id === null || !changed.includes(id)),
      [],
    );
  });

  it("keeps ids, so that nothing collapses or jumps", async () => {
    const ids = (rows: readonly ShownRow[]): readonly string[] => flat(rows).map(({ id }) => id);
    const before = ids(await api.rows("containers"));
    await simulator.control.advance(20_000);
    await commands.executeCommand("lxcAutoscaler.refresh");
    assert.deepEqual(ids(await api.rows("containers")), before);
  });

  it("is read by itself while it is visible", async function () {
    this.timeout(60_000);
    await commands.executeCommand("lxcAutoscaler.containers.focus");
    simulator.control.setRunning(104, false);
    await simulator.control.advance(10_000);
    let stopped = false;
    await until(
      () => stopped,
      (listener) =>
        api.onDidRepaint(() => {
          stopped = api.inventory()?.containers.find(({ vmid }) => vmid === 104)?.status === "stopped";
          listener();
        }),
    );
    assert.equal(rowOf(await api.rows("containers"), "dns").contextValue, "container.stopped");
    simulator.control.setRunning(104, true);
  });

  it("shows an offline node's containers as last known, and what is wrong beneath it", async () => {
    simulator.control.takeNodeDown("pve3");
    await simulator.control.advance(60_000);
    await commands.executeCommand("lxcAutoscaler.refresh");
    const rows = await api.rows("containers");
    const away = rowOf(rows, "pve3");
    assert.match(away.description, /^offline since /u);
    const below = away.children.filter(({ contextValue }) => contextValue.startsWith("container."));
    assert.ok(below.length > 0);
    for (const { description } of below) assert.match(description, /last known|unknown|template/u);
    assert.match(rowOf(rows, "pve1").description, /LXC · \d+ %/u);
    simulator.control.bringNodeUp("pve3");
    await simulator.control.advance(20_000);
    await commands.executeCommand("lxcAutoscaler.refresh");
    assert.match(rowOf(await api.rows("containers"), "pve3").description, /LXC · \d+ %/u);
  });
});
