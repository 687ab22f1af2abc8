import type { AutoscalerConfig } from "../../src/config/index.js";
import type { Container, OutcomeKind, Resource, Sample } from "../../src/model/index.js";

/** What the loop did to one size, or what it was kept from. Times are milliseconds since the epoch, sizes as in a plan. */
export interface Change {
  readonly time: number;
  readonly vmid: number;
  readonly name: string;
  readonly resource: Resource;
  readonly from: number | null;
  readonly to: number | null;
  readonly rules: readonly string[];
  /** `blocked`: nothing was done, for the reasons given. */
  readonly outcome: OutcomeKind | "blocked";
  /** Where a shrink in stages ended before the size that was planned. */
  readonly planned?: number;
}

/** One write that reached the cluster, with what the container really used at that moment. */
export interface Write {
  readonly time: number;
  readonly vmid: number;
  readonly memory: number | null;
  /** Bytes. */
  readonly memoryInUse: number;
  /** The lock it was under. */
  readonly locked: string | null;
}

/** Something that others did meanwhile. */
export interface Event {
  readonly time: number;
  readonly text: string;
}

/** How one container came through. */
export interface Ending {
  readonly vmid: number;
  readonly name: string;
  readonly cores: number | null;
  readonly cpulimit: number | null;
  /** MiB. */
  readonly memory: number;
  readonly killed: number;
}

/** Where one container began. */
export type Beginning = Omit<Ending, "killed">;

/** All that happened in a scenario. */
export interface Course {
  readonly title: string;
  readonly zone: string;
  readonly from: number;
  readonly to: number;
  readonly config: AutoscalerConfig;
  /** CPUs of each node. */
  readonly nodeCores: ReadonlyMap<string, number>;
  readonly beginnings: readonly Beginning[];
  readonly changes: readonly Change[];
  readonly events: readonly Event[];
  readonly writes: readonly Write[];
  /** From when to when a container was locked; an end that has not come is `Infinity`. */
  readonly locks: readonly { readonly vmid: number; readonly from: number; readonly to: number }[];
  /** What the loop saw, by vmid, oldest first. */
  readonly samples: ReadonlyMap<number, readonly Sample[]>;
  /** As Proxmox shows it in the end. */
  readonly containers: readonly Container[];
  readonly endings: readonly Ending[];
  /** Of all cycles: those that could not read, or had a problem to tell of. */
  readonly problems: readonly string[];
  readonly cycles: number;
}

/** What of a course is about one container. */
export function ofContainer(course: Course, vmid: number): Course {
  const own = (one: { readonly vmid: number }): boolean => one.vmid === vmid;
  return {
    ...course,
    beginnings: course.beginnings.filter(own),
    changes: course.changes.filter(own),
    writes: course.writes.filter(own),
    locks: course.locks.filter(own),
    samples: new Map([...course.samples].filter(([key]) => key === vmid)),
    containers: course.containers.filter(own),
    endings: course.endings.filter(own),
  };
}
