import { expect, it } from "vitest";
import { scalarText } from "../../src/extension/secrets/scalar-text.js";
import { KeptSecrets } from "../../src/extension/secrets/kept-secrets.js";

function setUp(stored: Readonly<Record<string, unknown>> = {}, values: Readonly<Record<string, string>> = {}) {
  const state = new Map(Object.entries(stored));
  const secrets = new Map(Object.entries(values));
  const faults = { store: false };
  const failures: unknown[] = [];
  const open = (): KeptSecrets =>
    new KeptSecrets(
      {
        get: (key) => state.get(key),
        update: (key, value) => {
          state.set(key, value);
          return Promise.resolve();
        },
      },
      {
        get: (key) => (faults.store ? Promise.reject(new Error("locked")) : Promise.resolve(secrets.get(key))),
        store: (key, value) => {
          if (faults.store) return Promise.reject(new Error("locked"));
          secrets.set(key, value);
          return Promise.resolve();
        },
        delete: (key) => {
          secrets.delete(key);
          return Promise.resolve();
        },
      },
      (error) => failures.push(error),
    );
  return { open, state, secrets, faults, failures };
}

it("keeps values in the key store, their names beside it, and knows them after a restart", async () => {
  const { open, state, secrets } = setUp();
  const kept = open();
  let changes = 0;
  kept.onDidChange(() => (changes += 1));
  await kept.keep("PROXMOX_TOKEN", "root@pam!x=1");
  expect(changes).toBe(1);
  expect(JSON.stringify([...state])).not.toContain("root@pam");
  expect([...secrets.values()]).toEqual(["root@pam!x=1"]);

  const later = open();
  await later.whenIdle();
  expect(later.names).toEqual(["PROXMOX_TOKEN"]);
  expect(later.environment({})).toEqual({ PROXMOX_TOKEN: "root@pam!x=1" });
  await later.forget("PROXMOX_TOKEN");
  expect([later.names, secrets.size, open().names]).toEqual([[], 0, []]);
});

it("gives way to a variable that is set, as it would be on the command line, but not to an empty one", async () => {
  const kept = setUp().open();
  await kept.keep("A", "kept");
  expect(kept.environment({ A: "set", B: "x" })).toEqual({ A: "set", B: "x" });
  expect(kept.environment({ A: "", C: undefined })).toEqual({ A: "kept" });
});

it("takes another name where the wanted one stands for another value", async () => {
  const kept = setUp().open();
  await kept.keep("TOKEN", "one");
  expect(kept.freeName("TOKEN", "one", {})).toBe("TOKEN");
  expect(kept.freeName("TOKEN", "two", {})).toBe("TOKEN_2");
  expect(kept.freeName("TOKEN", "two", { TOKEN_2: "three" })).toBe("TOKEN_3");
  expect(kept.freeName("HOME", "two", { HOME: "/root" })).toBe("HOME_2");
  // Inherited by every object, and no variable.
  expect(kept.freeName("constructor", "x", {})).toBe("constructor");
});

it("rejects, and keeps nothing, where the key store does not take a secret", async () => {
  const { open, state, faults, failures } = setUp();
  const kept = open();
  await kept.whenIdle();
  faults.store = true;
  await expect(kept.keep("A", "x")).rejects.toThrow("locked");
  expect([kept.names, state.size]).toEqual([[], 0]);
  state.set("keptSecrets", ["B"]);
  await kept.reload();
  expect(failures).toHaveLength(1);
});

it("sees what another window has changed", async () => {
  const { open } = setUp();
  const [one, other] = [open(), open()];
  await one.keep("A", "x");
  expect(other.names).toEqual([]);
  await other.reload();
  expect(other.names).toEqual(["A"]);
});

it.each([
  ["root@pam!x=1", "root@pam!x=1"],
  ['"with \\"quotes\\""', 'with "quotes"'],
  ["'it''s'", "it's"],
  ["0123", "0123"],
  ["", null],
  ["[a, b]", null],
  ['"open', null],
])("takes what %s stands for", (source, text) => {
  expect(scalarText(source)).toBe(text);
});
