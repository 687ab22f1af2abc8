import type { Policy } from "../generated/autoscaler-file.js";

/** The name of a preset, as the schema lists them. */
export type PresetName = NonNullable<Policy["preset"]>;

/** The families under which presets are listed. */
export type PresetFamily =
  "databases" | "web" | "runtimes" | "messaging" | "monitoring" | "home" | "office" | "infrastructure";

/** Something a process works out once when it starts, so that a new size makes no difference to it before it is restarted. */
export interface RestartNotice {
  /** What is read once: the number of cores (`cpulimit` included where the process looks at it), or the size of memory. */
  readonly resource: "cores" | "memory";
  /** A sentence about what reads it, and what it is good for. */
  readonly why: string;
}

/** A value as it stands in a file: `80%`, `2m`, `512MiB`. */
export type PresetValue = string | number | boolean | PresetSettings;

/** Settings as they stand in a file. */
export interface PresetSettings {
  readonly [key: string]: PresetValue;
}

/** Settings for an application, as data. */
export interface Preset {
  readonly name: PresetName;
  /** What it is for, as people call it: `PostgreSQL`. */
  readonly title: string;
  readonly family: PresetFamily;
  /** One sentence: why these settings. */
  readonly why: string;
  /** What a policy with it says, as it would stand in the file. */
  readonly settings: PresetSettings;
  readonly noticesAfterRestart: readonly RestartNotice[];
}
