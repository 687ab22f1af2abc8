/** A container as it was at a time. */
export interface Snapshot {
  readonly name: string;
  /** As it was written, without the line break that Proxmox puts at its end; `null`: none. */
  readonly description: string | null;
  /** Milliseconds since the epoch; `null` where Proxmox doesn't say. */
  readonly takenAt: number | null;
  /** The snapshot it was taken after; `null` for the first. */
  readonly parent: string | null;
}

/** The snapshots of a container, and where its present stands among them. */
export interface Snapshots {
  /** Oldest first. */
  readonly snapshots: readonly Snapshot[];
  /** The snapshot that the present goes back to; `null`: none. */
  readonly currentParent: string | null;
  /** Whether the container runs. */
  readonly running: boolean;
  /** Of its configuration file. */
  readonly digest: string;
}

/** One place in the tree of snapshots. */
export interface SnapshotPlace {
  /** `null`: the present. */
  readonly snapshot: Snapshot | null;
  /** What came after it, oldest first, the present last. */
  readonly after: readonly SnapshotPlace[];
}

/**
 * Puts snapshots into the tree that their parents make. One whose parent is not there stands at the top, as does the
 * present of a container whose parent was deleted; a circle, which no Proxmox writes, loses nothing.
 */
export function snapshotTree({ snapshots, currentParent }: Snapshots): readonly SnapshotPlace[] {
  const names = new Set(snapshots.map(({ name }) => name));
  const placed = new Set<string>();
  const placeAfter = (parent: string | null): readonly SnapshotPlace[] => {
    const here: SnapshotPlace[] = snapshots
      .filter((snapshot) => knownParent(snapshot.parent, names) === parent && !placed.has(snapshot.name))
      .map((snapshot) => {
        placed.add(snapshot.name);
        return { snapshot, after: placeAfter(snapshot.name) };
      });
    return knownParent(currentParent, names) === parent ? [...here, { snapshot: null, after: [] }] : here;
  };
  const top = placeAfter(null);
  const lost = snapshots.filter(({ name }) => !placed.has(name)).map((snapshot) => ({ snapshot, after: [] }));
  const reached = top.length > 0 && hasPresent(top);
  return [...top, ...lost, ...(reached ? [] : [{ snapshot: null, after: [] }])];
}

function knownParent(parent: string | null, names: ReadonlySet<string>): string | null {
  return parent !== null && names.has(parent) ? parent : null;
}

function hasPresent(places: readonly SnapshotPlace[]): boolean {
  return places.some(({ snapshot, after }) => snapshot === null || hasPresent(after));
}
