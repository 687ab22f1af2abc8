import { describe, expect, it } from "vitest";
import { ArrangementStore } from "../../src/extension/containers/arrangement-store.js";
import { Favourites } from "../../src/extension/containers/favourites.js";

/** What VS Code keeps for a workspace, or for a person. */
function memory(kept: Record<string, unknown> = {}) {
  return {
    kept,
    get: (key: string) => kept[key],
    update: (key: string, value: unknown) => {
      if (value === undefined) Reflect.deleteProperty(kept, key);
      else kept[key] = value;
      return Promise.resolve();
    },
  };
}

describe("how the containers are arranged", () => {
  it("is by node and CT id where nobody has said otherwise, and where what was said means nothing", () => {
    const usual = { groupBy: "node", sortBy: "id", filter: "" };
    expect(new ArrangementStore(memory(), { groupBy: () => undefined, sortBy: () => undefined }).current).toEqual(
      usual,
    );
    const odd = memory({ "containers.filter": 7 });
    expect(new ArrangementStore(odd, { groupBy: () => "planet", sortBy: () => 3 }).current).toEqual(usual);
  });

  it("follows the settings, and tells only what is really another arrangement", () => {
    const settings = { groupBy: "tag", sortBy: "cpu" };
    const store = new ArrangementStore(memory(), { groupBy: () => settings.groupBy, sortBy: () => settings.sortBy });
    let told = 0;
    store.onDidChange(() => (told += 1));
    store.readSettings();
    expect(told).toBe(0);
    settings.groupBy = "pool";
    store.readSettings();
    expect(told).toBe(1);
    expect(store.current).toEqual({ groupBy: "pool", sortBy: "cpu", filter: "" });
  });

  it("keeps the filter for the next window, but not what was only typed", async () => {
    const state = memory();
    const open = () => new ArrangementStore(state, { groupBy: () => "node", sortBy: () => "id" });
    const store = open();
    store.filter("we");
    expect(open().current.filter).toBe("");
    store.filter("web");
    await store.keepFilter();
    expect(open().current.filter).toBe("web");
    store.filter("");
    await store.keepFilter();
    expect(state.kept).toEqual({});
  });
});

describe("favourites", () => {
  const web = { cluster: "home", vmid: 101 };
  const db = { cluster: "home", vmid: 110 };

  it("come and go, and are there again in the next window", async () => {
    const state = memory();
    const favourites = new Favourites(state);
    await favourites.toggle([web]);
    expect(new Favourites(state).has("home", 101)).toBe(true);
    expect(favourites.has("work", 101)).toBe(false);
    await favourites.toggle([web]);
    expect(new Favourites(state).has("home", 101)).toBe(false);
  });

  it("become all of a selection where some are already, and none where all are", async () => {
    const favourites = new Favourites(memory());
    await favourites.toggle([web]);
    await favourites.toggle([web, db]);
    expect([favourites.has("home", 101), favourites.has("home", 110)]).toEqual([true, true]);
    await favourites.toggle([web, db]);
    expect([favourites.has("home", 101), favourites.has("home", 110)]).toEqual([false, false]);
  });

  it("are forgotten with their connection, and told once", async () => {
    const favourites = new Favourites(memory({ "containers.favourites": ["home/101", "homely/7", 3] }));
    let told = 0;
    favourites.onDidChange(() => (told += 1));
    await favourites.forget("home");
    expect([favourites.has("home", 101), favourites.has("homely", 7), told]).toEqual([false, true, 1]);
    await favourites.forget("home");
    expect(told).toBe(1);
  });
});
