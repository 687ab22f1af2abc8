import { mkdir, mkdtemp, readdir, readlink, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StateStore } from "../../src/operate/index.js";

/** Below the ten seconds after which any lock is stale, so that it can't be its age that freed it. */
const atOnce = 8000;

let directory: string;
let store: StateStore;
let lock: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-"));
  store = new StateStore({ directory, endpoint: "https://pve1.example:8006" });
  lock = `${store.file("demo")}.lock`;
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A lock as a program of that process id left it. */
async function held(by: { readonly pid: number; readonly host?: string; readonly started?: string }): Promise<void> {
  await mkdir(lock, { recursive: true });
  const { ino, birthtimeMs } = await stat(lock);
  const mark = {
    host: by.host ?? hostname(),
    pid: by.pid,
    started: by.started ?? null,
    namespace: await readlink("/proc/self/ns/pid").catch(() => null),
  };
  await writeFile(`${lock}.holder`, JSON.stringify({ by: mark, identity: `${ino} ${birthtimeMs}` }));
}

/** No process has this id: it is above the largest there can be. */
const nobody = 2 ** 22 + 1;

describe("the lock of the state", () => {
  it(
    "of a program that is no more is taken over at once",
    async () => {
      await held({ pid: nobody });
      await store.update("demo", (state) => state);
      expect(await readdir(dirname(lock))).toEqual(["state.json"]);
    },
    atOnce,
  );

  it(
    "of a process id that another program has by now is taken over at once",
    async () => {
      await held({ pid: process.pid, started: "another-boot 1" });
      await store.update("demo", (state) => state);
      expect(await readdir(dirname(lock))).toEqual(["state.json"]);
    },
    atOnce,
  );

  it(
    "is taken over by one of many at a time, and no change is lost",
    async () => {
      await held({ pid: nobody });
      const stores = Array.from({ length: 8 }, () => new StateStore(store.location));
      await Promise.all(
        stores.map((one, index) =>
          one.update("demo", (state) => ({
            ...state,
            containers: { ...state.containers, [100 + index]: { cores: { expected: index } } },
          })),
        ),
      );
      expect(Object.keys((await store.read("demo")).containers)).toHaveLength(8);
    },
    atOnce,
  );

  it.each([
    ["a living program", { pid: process.pid }],
    ["a program of another machine", { pid: nobody, host: "elsewhere" }],
  ])("of %s is waited for", async (_whose, by) => {
    await held(by);
    let done = false;
    const waiting = store.update("demo", (state) => state).then(() => (done = true));
    // A living one shows signs of life all the time; here it gives the lock back after a while.
    for (let turn = 0; turn < 500; turn += 1) {
      await stat(lock);
      expect(done).toBe(false);
    }
    await rm(`${lock}.holder`);
    await rm(lock, { recursive: true });
    await waiting;
    expect(await readdir(dirname(lock))).toEqual(["state.json"]);
  });
});
