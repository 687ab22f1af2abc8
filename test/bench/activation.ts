import { readFile } from "node:fs/promises";
import type { Metafile } from "esbuild";
import { bytesOf, loadedWith } from "../../scripts/lib/account.js";
import { rounded, type Measurement } from "./measurement.js";

/** The bytes that activating the extension loads: its entry file and what that imports at once. */
export async function measureActivation(): Promise<Measurement[]> {
  const account = JSON.parse(await readFile(".cache/build-account.json", "utf8")) as Metafile;
  const bytes = bytesOf(account, loadedWith(account, "dist/extension.js"));
  return [
    {
      name: "loaded on activation",
      value: bytes,
      unit: "bytes",
      comparedWith: "limit of 150000 bytes",
      ratio: rounded(bytes / 150_000),
    },
  ];
}
