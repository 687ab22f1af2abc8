import assert from "node:assert/strict";
import { commands, workspace } from "vscode";
import type { ExtensionApi, ShownRow } from "../../../src/extension/api.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, flat, ownSimulator, rowOf } from "./support.js";

describe("the arrangement of the Containers tree", () => {
  let api: ExtensionApi;
  let simulator: Simulator;

  before(async () => {
    api = await activated();
    simulator = await ownSimulator();
    await api.connect(simulator);
  });

  afterEach(async () => {
    await run("clearFilter");
    await run("groupContainers", "node");
    await run("sortContainers", "id");
  });

  after(async () => {
    const settings = workspace.getConfiguration("lxcAutoscaler.containers");
    await settings.update("groupBy", undefined, true);
    await settings.update("sortBy", undefined, true);
    await disconnected(api);
    await simulator.close();
  });

  async function run(command: string, ...args: readonly unknown[]): Promise<void> {
    await commands.executeCommand(`lxcAutoscaler.${command}`, ...args);
    await api.whenIdle();
  }

  /** The rows directly below the cluster. */
  async function top(): Promise<readonly ShownRow[]> {
    const [cluster] = await api.rows("containers");
    assert.ok(cluster);
    return cluster.children;
  }

  const labels = (rows: readonly ShownRow[]): readonly string[] => rows.map(({ label }) => label);
  const containers = (rows: readonly ShownRow[]): readonly ShownRow[] =>
    flat(rows).filter(({ contextValue }) => contextValue.startsWith("container."));

  it("groups by state, by tag, and not at all, as the setting says", async () => {
    await run("groupContainers", "status");
    assert.deepEqual(labels(await top()), ["Running", "Stopped", "Templates"]);
    await run("groupContainers", "tag");
    const tags = await top();
    assert.ok(labels(tags).includes("web"), labels(tags).join(", "));
    assert.ok(containers(tags).length > 20, "a container with two tags stands under both");
    await run("groupContainers", "none");
    assert.equal((await top()).length, 20);
    assert.equal(workspace.getConfiguration("lxcAutoscaler.containers").get("groupBy"), "none");
  });

  it("has ids of their own for all rows, however they are grouped", async () => {
    for (const grouping of ["node", "pool", "tag", "policy", "status", "none"]) {
      await run("groupContainers", grouping);
      const ids = flat(await api.rows("containers")).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, grouping);
    }
  });

  it("sorts by name and by CPU", async () => {
    await run("groupContainers", "none");
    await run("sortContainers", "name");
    const names = labels(await top());
    assert.deepEqual(
      names,
      names.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })),
    );
    await run("sortContainers", "cpu");
    const busiest = (await top()).map(({ description }) => Number(/ (\d+) %/u.exec(description)?.[1] ?? -1));
    assert.deepEqual(
      busiest,
      busiest.toSorted((a, b) => b - a),
    );
  });

  it("filters, says how many are left, and shows all again", async () => {
    await run("filterContainers", "tag:web");
    const found = containers(await top());
    assert.ok(found.length > 0 && found.length < 20, `${found.length} are left`);
    for (const { label } of found) assert.match(label, /web|shop|blog|proxy|forum|wiki/u);
    assert.match((await top())[0]?.description ?? "", /^\d+ of \d+ LXC/u);
    await run("filterContainers", "nothing-is-called-that");
    assert.deepEqual(await top(), []);
    assert.match(api.containersMessage(), /^None of 20 containers fits the filter “nothing-is-called-that”\.$/u);
    await run("clearFilter");
    assert.equal(containers(await top()).length, 20);
    assert.equal(api.containersMessage(), "");
  });

  it("keeps favourites on top, and acts once on a container that is selected in two places", async () => {
    await run("toggleFavourite", api.element(104), [api.element(104), api.element(112)]);
    const [favourites] = await top();
    assert.equal(favourites?.label, "Favourites");
    assert.deepEqual(labels(favourites.children), labels(containers([favourites])));
    assert.equal(favourites.children.length, 2);
    await run("toggleFavourite", api.element(104), [api.element(104), api.element(112)]);
    assert.notEqual((await top())[0]?.label, "Favourites");
  });

  it("shows what a configuration says below a container, read when it is opened", async () => {
    simulator.control.forgetRequests();
    await api.rows("containers");
    assert.deepEqual(simulator.control.requests(), []);
    const details = await api.details(101);
    assert.ok(rowOf(details, "CPU").description.length > 0);
    assert.match(rowOf(details, "Memory").description, /^1 GiB/u);
    assert.match(rowOf(details, "Root file system").description, /GiB/u);
    const asked = simulator.control.requests().length;
    assert.ok(asked > 0);
    await api.details(101);
    assert.equal(simulator.control.requests().length, asked, "the same was asked twice");
  });

  it("says below a container why nothing can be read of it", async () => {
    simulator.control.takeNodeDown("pve3");
    await simulator.control.advance(60_000);
    await run("refresh");
    const away = api.inventory()?.containers.find(({ node }) => node === "pve3");
    assert.ok(away);
    const [problem] = await api.details(away.vmid);
    assert.equal(problem?.icon, "warning");
    assert.match(problem.label, /pve3/u);
    simulator.control.bringNodeUp("pve3");
    await simulator.control.advance(20_000);
    await run("refresh");
  });
});
