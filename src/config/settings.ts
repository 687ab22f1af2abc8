import type { BehaviourName } from "./behaviours.js";
import type { CalendarDate, DateRange } from "./dates.js";
import type { PresetName } from "./presets/preset.js";
import type { VmidRange } from "./vmid-range.js";
import type { Group as GroupFile, Metrics, Notification } from "./generated/autoscaler-file.js";

/**
 * The typed form of an autoscaler file: every unit resolved, every default still absent
 * so that layers can be laid over each other key by key. Durations are seconds, memory is
 * MiB, percentages are fractions (80% = 0.8).
 */

export type { BehaviourName, CalendarDate, DateRange, PresetName, VmidRange };

export type Mode = "recommend" | "apply" | "paused";

/** Which containers a policy, schedule or the ignore list means. Of a key's entries any must hold. */
export interface Match {
  readonly vmids?: readonly VmidRange[];
  /** Globs, case ignored. */
  readonly names?: readonly string[];
  readonly tags?: readonly string[];
  readonly nodes?: readonly string[];
  readonly pools?: readonly string[];
}

/** One direction of the threshold strategy. `above`/`below` is a fraction, `step` and `maxStep` are in the resource's unit. */
export interface ThresholdLayer {
  readonly threshold?: number;
  readonly forSeconds?: number;
  readonly step?: number;
  readonly maxStep?: number;
  /** Fraction of time in which something waits. */
  readonly pressure?: number;
}

export interface PercentileLayer {
  /** Fraction: 0.95. */
  readonly of?: number;
  readonly overSeconds?: number;
  /** Fraction on top: 0.15. */
  readonly margin?: number;
  readonly halfLifeSeconds?: number;
}

/** What `target` sizes by: the newest reading, the mean, or a percentile of the readings. */
export type EstimateOf = "last" | "mean" | "p50" | "p90" | "p95" | "p99";

export interface EstimateLayer {
  readonly of?: EstimateOf;
  readonly overSeconds?: number;
  readonly ignoreSpikes?: boolean;
}

export interface ForecastLayer {
  readonly withinSeconds?: number;
  readonly overSeconds?: number;
}

export interface BoostLayer {
  /** Fraction at or above which a reading counts as saturated. */
  readonly above?: number;
  readonly samples?: number;
  readonly factor?: number;
  readonly fallbackFactor?: number;
  readonly durationSeconds?: number;
}

export interface CooldownLayer {
  readonly upSeconds?: number;
  readonly downSeconds?: number;
}

/** What one layer (defaults, a policy, a schedule) says about CPU or memory. */
export interface ResourceLayer {
  readonly min?: number;
  readonly max?: number;
  /** The grain: every size is a multiple of it. */
  readonly step?: number;
  readonly maxStep?: number;
  readonly scaleUp?: ThresholdLayer;
  readonly scaleDown?: ThresholdLayer;
  readonly target?: number;
  readonly tolerance?: number;
  readonly percentile?: PercentileLayer;
  readonly fixed?: number;
  readonly boost?: BoostLayer;
  readonly estimate?: EstimateLayer;
  readonly stabilisation?: CooldownLayer;
  readonly forecast?: ForecastLayer;
  readonly atMinimum?: boolean;
  readonly cooldown?: CooldownLayer;
  readonly shrink?: "gradual" | "immediate";
}

export interface CpuLayer extends ResourceLayer {
  readonly resource?: "cores" | "cpulimit";
  readonly manageUnlimited?: boolean;
}

export interface MemoryLayer extends ResourceLayer {
  /** Fraction of what is in use that stays free above it. */
  readonly headroom?: number;
}

export interface SwapLayer {
  /** Fraction of the size of memory. */
  readonly ofMemory?: number;
  /** MiB. */
  readonly min?: number;
  readonly max?: number;
}

/** A volume of a container, as Proxmox calls it. */
export type DiskVolume = "rootfs" | `mp${number}`;

/** What one layer says about a volume. Sizes are GiB. */
export interface DiskLayer {
  readonly max?: number;
  readonly step?: number;
  readonly scaleUp?: ThresholdLayer;
  readonly forecast?: ForecastLayer;
  readonly cooldown?: CooldownLayer;
}

/** Directions in which nothing is changed. */
export type PausedDirections = "none" | "up" | "down" | "both";

/** One layer of settings. */
export interface Layer {
  /** The included file it stands in; absent: the file itself. */
  readonly file?: string;
  /** Lines of its settings by path (`cpu.scaleUp.above`), 1-based. */
  readonly lines?: Readonly<Record<string, number>>;
  readonly cpu?: CpuLayer;
  readonly memory?: MemoryLayer;
  /** A preset is a layer of its own, directly under this one. */
  readonly preset?: PresetName;
  readonly behaviour?: BehaviourName;
  readonly swap?: SwapLayer;
  /** By volume. */
  readonly disks?: Readonly<Record<string, DiskLayer>>;
  readonly pause?: PausedDirections;
  readonly cooldown?: CooldownLayer;
  readonly priority?: number;
}

/** The strategy in force for a resource, complete. */
export type Strategy =
  | { readonly kind: "thresholds"; readonly up: Threshold | null; readonly down: Threshold | null }
  | { readonly kind: "target"; readonly target: number; readonly tolerance: number }
  | {
      readonly kind: "percentile";
      readonly of: number;
      readonly overSeconds: number;
      readonly margin: number;
      /** Seconds after which a sample counts half as much; `null`: all count alike. */
      readonly halfLifeSeconds: number | null;
    }
  | { readonly kind: "fixed"; readonly size: number };

export interface Threshold {
  /** Fraction: growth at or above it, shrinking at or below it. */
  readonly threshold: number;
  readonly forSeconds: number;
  /** Least of one decision, in the resource's unit. */
  readonly step: number;
  /** Most of one decision. */
  readonly maxStep: number;
  /** Growth only: fraction of time in which something waits, which counts like `threshold`; `null` or absent: not considered. */
  readonly pressure?: number | null;
}

/** What `target` sizes by. */
export interface Estimate {
  readonly of: EstimateOf;
  readonly overSeconds: number;
  readonly ignoreSpikes: boolean;
}

/** Grows ahead when the trend of the last `overSeconds` meets the size within `withinSeconds`. */
export interface Forecast {
  readonly withinSeconds: number;
  readonly overSeconds: number;
}

export interface Boost {
  readonly above: number;
  readonly samples: number;
  readonly factor: number;
  readonly fallbackFactor: number;
  readonly durationSeconds: number;
}

/** Everything the engine needs to know about one resource of one container. */
export interface ResourceSettings {
  readonly resource: "cores" | "cpulimit" | "memory";
  /** As the file has it; the engine rounds it up to the grain. `null`: no lower bound is set. */
  readonly min: number | null;
  /** As the file has it; the engine rounds it down to the grain. `null`: no upper bound is set. */
  readonly max: number | null;
  /** The grain: every size is a multiple of it. */
  readonly step: number;
  /** The most of one decision outside the threshold strategy, whose directions have their own; `null`: no most. */
  readonly maxStep: number | null;
  /** `null`: this resource is only held inside its bounds. */
  readonly strategy: Strategy | null;
  readonly boost: Boost | null;
  readonly estimate: Estimate;
  /** Windows over which the safest size is taken; 0: none. */
  readonly stabilisation: { readonly upSeconds: number; readonly downSeconds: number };
  readonly forecast: Forecast | null;
  /** Goes down to `min`, as far as what is in use lets. */
  readonly atMinimum: boolean;
  readonly pause: PausedDirections;
  readonly cooldown: { readonly upSeconds: number; readonly downSeconds: number };
  readonly shrink: "gradual" | "immediate";
  /** Memory only: fraction of what is in use. 0 for CPU. */
  readonly headroom: number;
  /** CPU only: take charge of a container without a limit. */
  readonly manageUnlimited: boolean;
}

/** How swap follows memory. */
export interface SwapSettings {
  /** Fraction of the size of memory. */
  readonly ofMemory: number;
  /** MiB. */
  readonly min: number;
  /** MiB; `null`: no upper bound is set. */
  readonly max: number | null;
  readonly pause: PausedDirections;
}

/** How a volume grows. Sizes are GiB; it never shrinks. */
export interface DiskSettings {
  readonly volume: DiskVolume;
  /** `null`: it grows by its forecast alone, if at all. */
  readonly up: Threshold | null;
  /** `null`: only the storage is a limit. */
  readonly max: number | null;
  /** The grain: every size grown to is a multiple of it. */
  readonly step: number;
  readonly forecast: Forecast | null;
  readonly cooldown: { readonly upSeconds: number };
  readonly pause: PausedDirections;
}

/** Where one effective value comes from. */
export interface SettingOrigin {
  /** `cpu.max`, `memory.scaleUp.for`, … as written in the file. */
  readonly path: string;
  /** Normalised: durations in seconds, memory in MiB, percentages as fractions. */
  readonly value: string | number | boolean;
  /** `defaults`, `policies[i]`, `schedules[i]` or `built-in`. */
  readonly origin: string;
  /** 1-based line in the file; `null` for built-in values. */
  readonly line: number | null;
  /** The included file it stands in; absent: the file itself. */
  readonly file?: string;
  /** What gave the value where the layer only names it: `preset postgresql`, `behaviour aggressive`. */
  readonly through?: string;
}

/** The settings of one container at one time. */
export interface EffectiveSettings {
  /** A policy or `defaults.match` matches it, and the ignore list does not name it. */
  readonly managed: boolean;
  /** A policy or `defaults.match` matches it, whether it is ignored or not. */
  readonly matched: boolean;
  /** The entry of the ignore list that leaves it out (`vmid 104`, `tag no-scale`); `null`: none does. */
  readonly ignoredBy: string | null;
  /** Names of the policies that match, in the order of the file. */
  readonly policies: readonly string[];
  /** Names of the schedules in force. */
  readonly schedules: readonly string[];
  readonly priority: number;
  /** `null`: no policy matches the container, or the file says nothing about this resource for it. */
  readonly cpu: ResourceSettings | null;
  readonly memory: ResourceSettings | null;
  /** `null`: the file says nothing about swap for it. */
  readonly swap: SwapSettings | null;
  /** Volumes the file says something about, `rootfs` first. */
  readonly disks: readonly DiskSettings[];
  /** The preset of the last layer that names one; `presetOf` tells what is known of it. */
  readonly preset: PresetName | null;
  readonly behaviour: BehaviourName;
  readonly origins: readonly SettingOrigin[];
}

/** What is known of a container when it is matched. `null` means unknown: a key that asks for it does not hold. */
export interface MatchSubject {
  readonly vmid: number;
  readonly name: string | null;
  readonly node: string | null;
  readonly tags: readonly string[] | null;
  readonly pool: string | null | undefined;
}

/** Where in the file something stands, for findings and lenses. Lines are 1-based. */
export interface Placed {
  readonly line: number;
  /** The included file it stands in; absent: the file itself. */
  readonly file?: string;
}

export interface Policy extends Placed {
  /** Its name, or its place (`policies[2]`) where it has none. */
  readonly name: string;
  readonly index: number;
  readonly match: Match;
  readonly layer: Layer;
}

export interface Schedule extends Placed {
  /** Its name, or its place (`schedules[2]`) where it has none. */
  readonly name: string;
  readonly index: number;
  readonly match: Match;
  readonly when: ScheduleWindow;
  readonly layer: Layer;
}

/** A window of wall-clock time; the day is the one it starts on. */
export interface ScheduleWindow {
  /** 1 = Monday … 7 = Sunday; absent: every day. */
  readonly days?: readonly number[];
  /** Minutes after midnight, inside. */
  readonly from: number;
  /** Minutes after midnight, outside. Not after `from`: on the next day. */
  readonly to: number;
  /** Days it starts on; absent: every day. */
  readonly dates?: readonly DateRange[];
  /** On holidays only, or never on them; absent: they make no difference. */
  readonly holidays?: "only" | "skip";
  /** In force within business hours only. */
  readonly during?: "business-hours";
  /** In force outside of business hours only. */
  readonly outside?: "business-hours";
}

/** Days that are holidays, from the file and from its calendar. */
export interface Holidays {
  readonly dates: readonly DateRange[];
  /** Path of the calendar file as it is written; `null`: there is none. */
  readonly file: string | null;
}

/** Business hours on days that are no holidays. */
export interface BusinessHours {
  /** 1 = Monday … 7 = Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight, inside. */
  readonly from: number;
  /** Minutes after midnight, outside. Not after `from`: on the next day. */
  readonly to: number;
}

/** Where a server of Prometheus' kind is. Address, token and path may still be references. */
export interface PrometheusSource {
  readonly url: string;
  readonly token?: string;
  /** Path of a PEM file. */
  readonly ca?: string;
  readonly cluster?: string;
}

/** Where the usage of the past comes from, and how long our own records are kept. */
export interface HistorySettings {
  readonly source: "auto" | "local" | "proxmox" | "prometheus";
  readonly retentionSeconds: number;
  readonly prometheus: PrometheusSource | null;
}

export interface Safety {
  /** Kept free on every node: a fraction of its cores, and MiB. */
  readonly reserve: { readonly cpu: number; readonly memory: number };
  /** Fractions over which nothing grows on a node. */
  readonly nodeLimits: { readonly cpu: number; readonly memory: number };
  readonly maxChangesPerCycle: number;
  readonly maxConcurrent: number;
  /** Of one container within 24 hours; `null`: no limit. */
  readonly maxChangesPerDay: number | null;
  /** Fraction of a node's memory at or above which containers of the lowest priority shrink; `null`: nothing of it. */
  readonly emergency: { readonly memory: number } | null;
  /** `container` is the one whose notes carry the lease; `null`: the managed one with the lowest vmid. */
  readonly lease: { readonly container: number | null; readonly durationSeconds: number };
  /** Fraction of a storage that is kept free. */
  readonly storageReserve: number;
}

/** The `connection:` block. References are still unresolved: secrets stay references until the moment of use. */
export interface FileConnection {
  readonly url?: string;
  readonly alsoTry?: readonly string[];
  /** `user@realm!name=secret`, usually as a reference such as `${env:PROXMOX_TOKEN}`. */
  readonly token?: string;
  readonly fingerprints?: readonly string[];
  /** Path of a PEM file. */
  readonly ca?: string;
}

/** A horizontal group as the file describes it, with its name and place. */
export interface Group extends Omit<GroupFile, "name">, Placed {
  /** Its name, or its place (`groups[2]`) where it has none. */
  readonly name: string;
  readonly index: number;
}

/** A setting whose reference is not set here, so that it counts as not given. */
export interface UnresolvedSetting extends Placed {
  /** `connection.token`, `policies[1].cpu.max`. */
  readonly path: string;
  /** `${env:X}`. */
  readonly reference: string;
}

/** A valid autoscaler file, typed. `defaults` applied where a key is not part of a layer. */
export interface AutoscalerConfig {
  readonly file: string;
  readonly version: 1;
  readonly intervalSeconds: number;
  /** IANA name; `UTC` where the file gives none. */
  readonly timezone: string;
  readonly mode: Mode;
  readonly connection: FileConnection;
  /** Those of the file itself, which are laid over those of the files it includes. `match` is that of any of them. */
  readonly defaults: Layer & { readonly match?: Match };
  /** `defaults` of the files that are included, the lowest first. */
  readonly includedDefaults: readonly Layer[];
  readonly policies: readonly Policy[];
  readonly ignore: Match;
  readonly schedules: readonly Schedule[];
  readonly holidays: Holidays;
  readonly businessHours: BusinessHours;
  readonly groups: readonly Group[];
  readonly safety: Safety;
  readonly history: HistorySettings;
  /** Paths of the files laid under this one, as they are written. */
  readonly includes: readonly string[];
  /** Addresses and secrets in it may still be references: replace them with `resolveReference` at the moment of use. */
  readonly notifications: readonly Notification[];
  readonly metrics: Metrics | null;
  /** Nothing that writes should start while this has entries outside `connection`. */
  readonly unresolved: readonly UnresolvedSetting[];
}
