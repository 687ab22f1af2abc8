import { behaviourOf } from "./behaviours.js";
import type { Behaviour, BehaviourName } from "./behaviours.js";
import type { LayerSetting } from "./layers.js";
import type { Merged } from "./merge.js";
import type { SettingOrigin } from "./settings.js";

/** Collects the settings of one container while they are read out of the merged layers, each with its origin. */
export interface Ledger {
  readonly origins: SettingOrigin[];
  /** How eagerly sizes change, where the behaviour in force is not the built-in one. */
  readonly behaviour: InForceBehaviour | null;
  /** The value in force; a built-in one where no layer gives it. */
  take(path: string, fallback?: string | number | boolean | null): string | number | boolean | null;
  number(path: string, fallback?: string | number | boolean | null): number | null;
  /** The value in force; that of the behaviour where no layer gives it, or else the built-in one. */
  eager(path: string, part: (behaviour: Behaviour) => number, fallback: () => number): number;
}

/** A behaviour, with the setting that names it. */
interface InForceBehaviour extends Behaviour {
  readonly setting: LayerSetting;
}

function behaviourInForce(merged: Merged): InForceBehaviour | null {
  const setting = merged.get("behaviour");
  if (setting === undefined || setting.value === "normal") return null;
  return { ...behaviourOf(setting.value as BehaviourName), setting };
}

/** Reads settings out of merged layers, and notes where each comes from. */
export function ledger(merged: Merged): Ledger {
  const origins: SettingOrigin[] = [];
  const behaviour = behaviourInForce(merged);
  const take: Ledger["take"] = (path, fallback = null) => {
    const setting = merged.get(path);
    if (setting !== undefined && setting.value !== null) {
      origins.push(originOf(setting, path, setting.value));
      return setting.value;
    }
    if (fallback !== null) origins.push({ path, value: fallback, origin: "built-in", line: null });
    return fallback;
  };
  const number: Ledger["number"] = (path, fallback = null) => {
    const value = take(path, fallback);
    return typeof value === "number" ? value : null;
  };
  return {
    origins,
    behaviour,
    take,
    number,
    eager(path, part, fallback) {
      const given = merged.get(path)?.value;
      if (behaviour === null || typeof given === "number") return number(path, fallback()) ?? 0;
      const value = part(behaviour);
      const through = `behaviour ${String(behaviour.setting.value)}`;
      origins.push({ ...originOf(behaviour.setting, path, value), through });
      return value;
    },
  };
}

function originOf(setting: LayerSetting, path: string, value: string | number | boolean): SettingOrigin {
  const { origin, line, file, through } = setting;
  const found = file === undefined ? { path, value, origin, line } : { path, value, origin, line, file };
  return through === undefined ? found : { ...found, through };
}
