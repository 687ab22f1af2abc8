import type { Backup, BackupDetails, StorageDetails, StoredVolume } from "../../../model/index.js";
import { amountOf, flagOf, recordOf, textOf } from "../numbers.js";

type Row = Readonly<Record<string, unknown>>;

/** Reads a row of `GET /nodes/X/storage`. One that is not active has zeros, which are no measurements. */
export function storageDetailsOf(row: Row, node: string): readonly StorageDetails[] {
  const name = textOf(row["storage"]);
  if (name === null) return [];
  const active = flagOf(row["active"]);
  const measured = (key: string) => (active ? amountOf(row[key]) : null);
  return [
    {
      name,
      node,
      type: textOf(row["type"]) ?? "",
      content: (textOf(row["content"]) ?? "").split(",").filter((kind) => kind !== ""),
      shared: flagOf(row["shared"]),
      enabled: flagOf(row["enabled"]),
      active,
      total: measured("total"),
      used: measured("used"),
      available: measured("avail"),
    },
  ];
}

/** Reads a row of `GET …/content`. */
export function storedVolumeOf(row: Row, storage: string): StoredVolume | null {
  const id = textOf(row["volid"]);
  if (id === null) return null;
  const seconds = amountOf(row["ctime"]);
  return {
    id,
    storage,
    content: textOf(row["content"]) ?? "",
    format: textOf(row["format"]) ?? "",
    size: amountOf(row["size"]),
    used: amountOf(row["used"]),
    createdAt: seconds === null ? null : seconds * 1000,
    vmid: amountOf(row["vmid"]),
  };
}

/** Reads a row of `GET …/content?content=backup`; null for one of a virtual machine. */
export function backupOf(row: Row, storage: string): Backup | null {
  const volume = storedVolumeOf(row, storage);
  const ofMachine = row["subtype"] === "qemu" || /vzdump-qemu-|backup\/vm\//u.test(volume?.id ?? "");
  if (volume === null || ofMachine) return null;
  const state = textOf(recordOf(row["verification"])["state"]);
  return {
    ...volume,
    content: "backup",
    notes: textOf(row["notes"]),
    protected: flagOf(row["protected"]),
    verified: state === "ok" || state === "failed" ? state : null,
    encrypted: textOf(row["encrypted"]),
  };
}

/** Reads `GET …/content/VOLUME`. */
export function backupDetailsOf(data: unknown, id: string): BackupDetails {
  const fields = recordOf(data);
  return {
    id,
    notes: textOf(fields["notes"]),
    protected: flagOf(fields["protected"]),
    size: amountOf(fields["size"]),
    path: textOf(fields["path"]),
  };
}

/** Newest first. */
export function newestFirst<V extends StoredVolume>(volumes: readonly V[]): readonly V[] {
  return volumes.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || (a.id < b.id ? -1 : 1));
}

/** `local` of `local:backup/…`. */
export function storageIn(volume: string): string {
  return volume.split(":")[0] ?? "";
}
