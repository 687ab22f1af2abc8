import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Metafile } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as proxmox from "../../src/proxmox/index.js";
import { startServer, token } from "./support/server.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
let directory: string;
let metafile: Metafile;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "proxmox-bundle-"));
  ({ metafile } = await build({
    stdin: { contents: 'export * from "./src/proxmox/index.js";', resolveDir: root, loader: "ts" },
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    metafile: true,
    minify: true,
  }));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

test("the bundle has one undici, loaded on first use, and of proxmox-api the path proxy alone", () => {
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((path) => path.includes("proxmox-api"))).toEqual(["node_modules/proxmox-api/esm/proxy.js"]);
  expect(inputs.filter((path) => path.endsWith("/dispatcher/pool.js"))).toEqual([
    "node_modules/undici/lib/dispatcher/pool.js",
  ]);
  // The front door replaces the global dispatcher of the whole process.
  expect(inputs.filter((path) => path.endsWith("undici/index.js"))).toEqual([]);
  const entry = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === "<stdin>");
  expect(Object.keys(entry?.inputs ?? {}).filter((path) => path.includes("undici"))).toEqual([]);
  expect(entry?.bytes).toBeLessThan(100_000);
});

test("the bundle connects, pin and all, and leaves the process's own fetch alone", async () => {
  await using server = await startServer(() => ({ data: { version: "9.1.8", release: "9.1" } }));
  const dispatcher = Symbol.for("undici.globalDispatcher.1");
  const before: unknown = Reflect.get(globalThis, dispatcher);
  const { connect } = (await import(pathToFileURL(join(directory, "stdin.mjs")).href)) as typeof proxmox;
  const options = { endpoints: [server.url], credentials: { kind: "token", token } as const };
  await using gateway = connect({ ...options, trust: { kind: "fingerprints", fingerprints: [server.fingerprint] } });
  expect(await gateway.version()).toEqual({ version: "9.1.8", release: "9.1" });
  await using stranger = connect({ ...options, trust: { kind: "system" } });
  await expect(stranger.version()).rejects.toMatchObject({ kind: "untrusted-certificate" });
  expect(Reflect.get(globalThis, dispatcher)).toBe(before);
});
