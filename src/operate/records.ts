import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** Where the records (state, audit) of one connection live. */
export interface RecordsLocation {
  /** The folder for all clusters, see {@link defaultRecordsDirectory}. */
  readonly directory: string;
  /** The first endpoint of the connection, `https://host:port` or `host:port`. */
  readonly endpoint: string;
}

/** `$XDG_STATE_HOME/lxc-autoscaler`, else `~/.local/state/lxc-autoscaler`, as the XDG base directory specification says. */
export function defaultRecordsDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const configured = environment["XDG_STATE_HOME"];
  // The specification: a relative path is invalid and is to be ignored.
  if (configured?.startsWith("/") === true) return join(configured, "lxc-autoscaler");
  const home = environment["HOME"];
  return join(home === undefined || home === "" ? homedir() : home, ".local", "state", "lxc-autoscaler");
}

/**
 * The folder of one cluster as seen through one endpoint: two clusters that were both named
 * `pve`, or the same address after a reinstallation under another name, never share records.
 */
export function recordsFolder(location: RecordsLocation, cluster: string): string {
  const host = location.endpoint
    .replace(/^https?:\/\//iu, "")
    .replace(/\/.*$/u, "")
    .toLowerCase();
  const name = `${encodeURIComponent(cluster)}@${encodeURIComponent(host)}`;
  // A file name has at most 255 bytes; beyond 200 the rest becomes a digest, still one name per pair.
  const short =
    name.length <= 200 ? name : `${name.slice(0, 160)}~${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
  return join(location.directory, short);
}

/** Makes a folder for records and all above it, for its owner alone. Rejects with what the file system says. */
export async function makeRecordsFolder(path: string): Promise<void> {
  // One after the other: Node's own recursive mkdir hides why a folder can't be made, and below /proc never ends.
  const missing: string[] = [];
  for (let folder = path; !existsSync(folder) && folder !== dirname(folder); folder = dirname(folder)) {
    missing.unshift(folder);
  }
  for (const folder of missing) {
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      // Another program was faster.
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

/** A failure to read or write the records. The message is a sentence that names the file and what to do. */
export class RecordsError extends Error {
  override readonly name = "RecordsError";
}

/** The system's own words for a file error, without its stack and code noise. */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EROFS":
      return "the file system is read-only";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full";
    case "ENOTDIR":
      return "a part of the path is not a folder";
    case "ELOCKED":
      return "another program holds its lock";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
