// Where things live: the checkout, what is generated in it, and what outlives it.
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The checkout. */
export const root = resolve(import.meta.dirname, "../..");

/** Bundles, as they go into the .vsix. */
export const bundles = join(root, "dist");

/** Results and intermediate files of scripts, git-ignored. */
export const scratch = join(root, ".cache");

/** Downloads that several checkouts share: editors and the Node they need. */
export function sharedCache() {
  const base = process.env["XDG_CACHE_HOME"];
  return join(base === undefined || base === "" ? join(homedir(), ".cache") : base, "lxc-autoscaler");
}
