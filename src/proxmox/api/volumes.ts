import type { Disk, Volume } from "../../model/index.js";
import { textOf } from "./numbers.js";

/** Reads the disks of `GET …/config`: `rootfs` first, then the mount points by number. */
export function volumesOf(fields: Readonly<Record<string, unknown>>): readonly Volume[] {
  const found: { readonly place: number; readonly volume: Volume }[] = [];
  for (const [key, value] of Object.entries(fields)) {
    const text = isDisk(key) ? textOf(value) : null;
    if (!isDisk(key) || text === null) continue;
    found.push({ place: key === "rootfs" ? -1 : Number(key.slice(2)), volume: volumeOf(key, text) });
  }
  return found.sort((a, b) => a.place - b.place).map(({ volume }) => volume);
}

function isDisk(key: string): key is Disk {
  return key === "rootfs" || /^mp\d+$/u.test(key);
}

/** `local-zfs:subvol-101-disk-0,mp=/data,size=8G`; what has no `storage:` before it is a folder or device of the node. */
function volumeOf(volume: Disk, text: string): Volume {
  const options = new Map<string, string>();
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    // The volume itself may stand without its key, and then has no `=` before the first `/` or `:`.
    if (at === -1 || /[/:]/u.test(part.slice(0, at))) options.set("volume", part);
    else options.set(part.slice(0, at), part.slice(at + 1));
  }
  const where = options.get("volume") ?? "";
  const storage = where.startsWith("/") ? null : (/^([^:]+):/u.exec(where)?.[1] ?? null);
  return { volume, storage, size: gibibytesOf(options.get("size")), readOnly: options.get("ro") === "1" };
}

const gibibytes: Readonly<Record<string, number>> = { "": 2 ** -30, K: 2 ** -20, M: 2 ** -10, G: 1, T: 1024 };

/** GiB of `8G`, `1000M` or bytes; `null` for anything else. */
function gibibytesOf(text: string | undefined): number | null {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)$/u.exec(text ?? "");
  return match === null ? null : Number(match[1]) * (gibibytes[match[2] ?? ""] ?? Number.NaN);
}
