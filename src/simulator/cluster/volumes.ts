import { failure } from "../http/problem.js";
import type { Guest } from "./guest.js";
import { volumeSize } from "./size.js";
import type { Storage, StorageOwner } from "./storage.js";
import { requireStorage, storageOf } from "./storage.js";

/** A file on a storage that is no disk: a backup or a template. */
export interface StoredFile {
  /** `local:backup/vzdump-lxc-101-2026_11_21-03_37_40.tar.zst` */
  readonly volid: string;
  readonly content: "backup" | "vztmpl";
  /** `tar.zst`, `tzst`, … */
  readonly format: string;
  /** Seconds since the epoch. */
  readonly ctime: number;
  /** Bytes. */
  readonly size: number;
  /** Whose backup it is. */
  readonly vmid: number | null;
  notes: string;
  protected: boolean;
  /** What a backup server found when it verified it; null on a storage that can't. */
  verification: { readonly state: "ok" | "failed"; readonly upid: string } | null;
  /** The configuration file that a backup holds. */
  readonly configuration: string;
  /** The archive breaks off: it can be listed, and fails when it is unpacked. */
  damaged: boolean;
}

/** A disk of a container, in use or left behind. */
export interface StoredDisk {
  readonly volid: string;
  readonly vmid: number;
  /** Bytes. */
  readonly size: number;
  readonly used: number;
}

/** A value of `rootfs` or `mp0` that is a volume of a storage, without its options; null for a folder of the node. */
export function volidOf(value: string): string | null {
  const [volume = ""] = value.replace(/^volume=/u, "").split(",");
  return volume.startsWith("/") || !volume.includes(":") ? null : volume;
}

/** `rootfs`, `mp0`, `unused0` and so on. */
export function isDiskKey(key: string): boolean {
  return /^(?:rootfs|mp\d+|unused\d+)$/u.test(key);
}

/** The volumes that a container's present and its snapshots name, each once, with the value that names it. */
export function volumesOf(guest: Guest): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const values of [guest.configuration.current, ...guest.configuration.snapshots.values()]) {
    for (const [key, value] of values) {
      const volid = isDiskKey(key) ? volidOf(value) : null;
      if (volid !== null && !found.has(volid)) found.set(volid, value);
    }
  }
  return found;
}

/** What lies on the storages: files of their own, and of the disks what the configurations do not tell. */
export class Volumes {
  private readonly stored = new Map<string, StoredFile[]>();
  private readonly leftBehind = new Map<string, StoredDisk[]>();
  private readonly lost = new Set<string>();

  constructor(private readonly cluster: StorageOwner & { readonly guests: ReadonlyMap<number, Guest> }) {}

  files(node: string, storage: Storage): readonly StoredFile[] {
    return this.stored.get(placeOf(node, storage)) ?? [];
  }

  file(node: string, volid: string): StoredFile | null {
    const storage = storageOf(this.cluster, volid);
    if (storage === null) return null;
    return this.files(node, storage).find((file) => file.volid === volid) ?? null;
  }

  addFile(node: string, storage: Storage, file: StoredFile): void {
    const place = placeOf(node, storage);
    this.stored.set(place, [...(this.stored.get(place) ?? []).filter(({ volid }) => volid !== file.volid), file]);
  }

  /** Disks on a storage as a node sees it: those of its containers, of all where it is shared, and those left behind. */
  disks(node: string, storage: Storage): readonly StoredDisk[] {
    const found = [...(this.leftBehind.get(placeOf(node, storage)) ?? [])];
    for (const guest of this.cluster.guests.values()) {
      if (!storage.shared && guest.node.name !== node) continue;
      for (const [volid, value] of volumesOf(guest)) {
        if (!volid.startsWith(`${storage.name}:`) || this.isLost(node, volid)) continue;
        const vmid = Number(/[:/](?:vm|base|subvol|basevol)-(\d+)-/u.exec(volid)?.[1] ?? guest.vmid);
        if (found.some((disk) => disk.volid === volid)) continue;
        const size = volumeSize(value);
        const used = volidOf(guest.configuration.get("rootfs") ?? "") === volid ? guest.meter.reading().disk : 0;
        found.push({ volid, vmid, size, used: Math.min(size, used === 0 ? Math.round(size / 16) : used) });
      }
    }
    return found;
  }

  /** Leaves a disk without a container that names it. */
  leave(node: string, disk: StoredDisk): void {
    const storage = storageOf(this.cluster, disk.volid);
    if (storage === null) return;
    const place = placeOf(node, storage);
    this.leftBehind.set(place, [...(this.leftBehind.get(place) ?? []), disk]);
  }

  /** A disk that a container names from now on is left behind no more. */
  adopt(node: string, volid: string): void {
    const storage = storageOf(this.cluster, volid);
    if (storage === null) return;
    const place = placeOf(node, storage);
    this.leftBehind.set(
      place,
      (this.leftBehind.get(place) ?? []).filter((disk) => disk.volid !== volid),
    );
  }

  /** Removes whatever a volume is, without asking who uses it. False where there was nothing. */
  remove(node: string, volid: string): boolean {
    const storage = storageOf(this.cluster, volid);
    if (storage === null) return false;
    const place = placeOf(node, storage);
    const had =
      this.file(node, volid) !== null || this.disks(node, storage).some((candidate) => candidate.volid === volid);
    this.stored.set(
      place,
      (this.stored.get(place) ?? []).filter((file) => file.volid !== volid),
    );
    this.leftBehind.set(
      place,
      (this.leftBehind.get(place) ?? []).filter((disk) => disk.volid !== volid),
    );
    if (had) this.lost.add(`${place} ${volid}`);
    return had;
  }

  /** True for a disk that was removed while a container names it. */
  isLost(node: string, volid: string): boolean {
    const storage = storageOf(this.cluster, volid);
    return storage !== null && this.lost.has(`${placeOf(node, storage)} ${volid}`);
  }

  /** Forgets that something was removed: it is somewhere else now. */
  unlose(node: string, volid: string): void {
    const storage = storageOf(this.cluster, volid);
    if (storage !== null) this.lost.delete(`${placeOf(node, storage)} ${volid}`);
  }

  /** The name under which a volume can be put onto a storage: its own where nobody has it there. */
  nameFor(node: string, storage: Storage, vmid: number, volid: string): string {
    const own = `${storage.name}:${splitVolid(volid)[1]}`;
    const taken = this.disks(node, storage).some((disk) => disk.volid === own);
    if (taken) return this.allocate(node, storage, vmid);
    this.unlose(node, own);
    return own;
  }

  /** The first volume that a container names and that is not there any more. */
  missingOf(guest: Guest): string | null {
    return [...volumesOf(guest).keys()].find((volid) => this.isLost(guest.node.name, volid)) ?? null;
  }

  /** A name for a new disk that no other has. */
  allocate(node: string, storage: Storage, vmid: number): string {
    const taken = new Set(this.disks(node, storage).map(({ volid }) => volid));
    for (let number = 0; ; number += 1) {
      const volid = `${storage.name}:${vmid}/vm-${vmid}-disk-${number}.raw`;
      if (taken.has(volid)) continue;
      this.lost.delete(`${placeOf(node, storage)} ${volid}`);
      return volid;
    }
  }

  /** A backup or template by its id; `content` is what it must be. */
  require(node: string, volid: string, content: "backup" | "vztmpl"): StoredFile {
    const file = this.file(node, volid);
    if (file === null) throw failure(`volume '${volid}' does not exist`);
    requireContent(volid, content);
    return file;
  }
}

/** 500 unless a volume's id says that it is of a kind. Also for one that is not there. */
export function requireContent(volid: string, content: "backup" | "vztmpl"): void {
  const kind = /^[^:]+:(backup|vztmpl|iso)\//u.exec(volid)?.[1];
  if (kind === content) return;
  throw failure(`unable to use volume ${volid} - content type needs to be '${content}'`);
}

/** Path of a file or disk on its node. */
export function pathOfVolume(cluster: StorageOwner, volid: string): string {
  const [name, rest] = splitVolid(volid);
  const { path } = requireStorage(cluster, name);
  if (rest.startsWith("backup/")) return `${path}/dump/${rest.slice("backup/".length)}`;
  if (rest.startsWith("vztmpl/")) return `${path}/template/cache/${rest.slice("vztmpl/".length)}`;
  return `${path}/images/${rest}`;
}

/** `local:101/x.raw` → `local`, `101/x.raw`. */
export function splitVolid(volid: string): readonly [storage: string, name: string] {
  const at = volid.indexOf(":");
  return [volid.slice(0, at), volid.slice(at + 1)];
}

function placeOf(node: string, storage: Storage): string {
  return storage.shared ? storage.name : `${node}/${storage.name}`;
}
