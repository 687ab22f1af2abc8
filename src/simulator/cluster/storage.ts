import { badParameters, failure } from "../http/problem.js";

export interface Storage {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  /** Where it is mounted on a node, as tasks write it into their logs. */
  readonly path: string;
  /** Bytes. */
  readonly total: number;
  readonly snapshots: boolean;
  /** The same files on every node. */
  readonly shared: boolean;
}

/** Who has storages: a cluster. */
export interface StorageOwner {
  readonly storages: readonly Storage[];
}

const gibibyte = 1024 ** 3;

/** Every node has these two, each its own. */
export const ownStorages: readonly Storage[] = [
  {
    name: "local",
    type: "dir",
    content: "backup,iso,snippets,images,vztmpl,rootdir",
    path: "/var/lib/vz",
    total: 100 * gibibyte,
    snapshots: false,
    shared: false,
  },
  {
    name: "local-btrfs",
    type: "btrfs",
    content: "images,rootdir",
    path: "/mnt/btrfs",
    total: 2048 * gibibyte,
    snapshots: true,
    shared: false,
  },
];

/** One that all nodes see, where it is asked for. */
export const sharedStorage: Storage = {
  name: "shared",
  type: "nfs",
  content: "backup,vztmpl,rootdir",
  path: "/mnt/pve/shared",
  total: 4096 * gibibyte,
  snapshots: false,
  shared: true,
};

/** The storage that a volume lies on; null for one that is not there. */
export function storageOf(cluster: StorageOwner, volume: string): Storage | null {
  return cluster.storages.find((storage) => volume.startsWith(`${storage.name}:`)) ?? null;
}

/** 500 `storage 'nostore' does not exist`. */
export function requireStorage(cluster: StorageOwner, name: string): Storage {
  const storage = cluster.storages.find((candidate) => candidate.name === name);
  if (storage === undefined) throw failure(`storage '${name}' does not exist`);
  return storage;
}

/** A storage that containers can have their disks on. */
export function requireDiskStorage(cluster: StorageOwner, name: string): Storage {
  const storage = requireStorage(cluster, name);
  if (holds(storage, "rootdir")) return storage;
  throw badParameters({ storage: `storage '${name}' does not support container directories` });
}

/** True where a storage takes content of a kind: `backup`, `vztmpl`, `rootdir`, … */
export function holds(storage: Storage, content: string): boolean {
  return storage.content.split(",").includes(content);
}
