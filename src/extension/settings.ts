import { workspace } from "vscode";
import { settingsSection, type SettingKey } from "./ids.js";

function read(key: SettingKey): unknown {
  return workspace.getConfiguration(settingsSection).get(key);
}

/** Whatever somebody wrote into a settings file: a number inside its bounds, or the default. */
function bounded(key: SettingKey, least: number, most: number, otherwise: number): number {
  const value = read(key);
  return typeof value === "number" && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
}

export const settings = {
  /** Seconds between two reads of a cluster that is looked at. */
  refreshSeconds: (): number => bounded("refreshInterval", 5, 3600, 10),
  /** What containers stand under, and what their order is by; whatever somebody wrote there. */
  groupBy: (): unknown => read("containers.groupBy"),
  sortBy: (): unknown => read("containers.sortBy"),
  /** Limit of one request in seconds. */
  timeoutSeconds: (): number => bounded("requestTimeout", 1, 600, 30),
  /** Where state and audit are kept; `null`: where the command line keeps them too. */
  recordsDirectory: (): string | null => {
    const value = read("recordsDirectory");
    return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
  },
};
