import { describe, expect, it } from "vitest";
import { ConnectionStore } from "../../src/extension/cluster/connection-store.js";
import { hostOf, isTokenId, splitToken, type SavedConnection } from "../../src/extension/cluster/connection.js";

const home: SavedConnection = {
  id: "a",
  label: "home",
  endpoints: ["https://pve1.example:8006"],
  fingerprints: ["AA"],
  tokenId: "root@pam!vscode",
};

function setUp(stored: Record<string, unknown> = {}) {
  const state = new Map(Object.entries(stored));
  const secrets = new Map<string, string>();
  const faults = { state: false };
  const store = new ConnectionStore(
    {
      get: (key) => state.get(key),
      update: async (key, value) => {
        await Promise.resolve();
        if (faults.state) throw new Error("the disk is full");
        state.set(key, value);
      },
    },
    {
      get: (key) => Promise.resolve(secrets.get(key)),
      store: async (key, value) => {
        await Promise.resolve();
        secrets.set(key, value);
      },
      delete: (key) => {
        secrets.delete(key);
        return Promise.resolve();
      },
    },
  );
  return { store, state, secrets, faults };
}

describe("the remembered connections", () => {
  it("keep the secret apart from the list", async () => {
    const { store, state } = setUp();
    await store.save(home, "s3cret");
    expect(store.list()).toEqual([home]);
    expect(await store.secret("a")).toBe("s3cret");
    expect(JSON.stringify([...state])).not.toContain("s3cret");
  });

  it("keep the secret when only the rest changes, and the order of the list", async () => {
    const { store } = setUp();
    await store.save(home, "s3cret");
    await store.save({ ...home, id: "b" }, "other");
    await store.save({ ...home, label: "lab" });
    expect(store.list().map(({ id, label }) => `${id} ${label}`)).toEqual(["a lab", "b home"]);
    expect(await store.secret("a")).toBe("s3cret");
  });

  it("take a secret back when the list can't be written", async () => {
    const { store, secrets, faults } = setUp();
    faults.state = true;
    await expect(store.save(home, "s3cret")).rejects.toThrow("the disk is full");
    expect(secrets.size).toBe(0);
    faults.state = false;
    await store.save(home, "first");
    faults.state = true;
    await expect(store.save(home, "second")).rejects.toThrow();
    expect(await store.secret("a")).toBe("first");
  });

  it("give a secret back when its connection can't be forgotten", async () => {
    const { store, faults } = setUp();
    await store.save(home, "s3cret");
    faults.state = true;
    await expect(store.remove("a")).rejects.toThrow();
    expect(await store.secret("a")).toBe("s3cret");
    faults.state = false;
    await store.remove("a");
    expect(await store.secret("a")).toBeUndefined();
    expect(store.list()).toEqual([]);
  });

  it("lose nothing when changed at the same time", async () => {
    const { store } = setUp();
    await Promise.all(["a", "b", "c"].map((id) => store.save({ ...home, id }, id)));
    expect(store.list().map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("leave out what they don't understand", () => {
    const { store } = setUp({ connections: [home, { ...home, endpoints: [] }, null, "x", { id: 7 }] });
    expect(store.list()).toEqual([home]);
    expect(setUp({ connections: "x" }).store.list()).toEqual([]);
  });
});

describe("a token", () => {
  it.each([
    ["root@pam!vscode=1-2-3", { tokenId: "root@pam!vscode", secret: "1-2-3" }],
    ["  me@pve!a.b=x \n", { tokenId: "me@pve!a.b", secret: "x" }],
    ["root@pam!vscode", null],
    ["root@pam=x", null],
    ["", null],
  ])("is read from %j", (text, expected) => {
    expect(splitToken(text)).toEqual(expected);
  });

  it("has an id of user, realm and name", () => {
    expect(isTokenId("root@pam!vscode")).toBe(true);
    for (const wrong of ["root@pam", "root!vscode", "root@pam!1x", "root@pam!a b"])
      expect(isTokenId(wrong)).toBe(false);
  });
});

describe("a host", () => {
  it("is named without scheme and slash", () => {
    expect(hostOf("https://pve1.example:8006/")).toBe("pve1.example:8006");
  });
});
