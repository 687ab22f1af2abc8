import { ThemeColor, ThemeIcon } from "vscode";
import type { NodeStatus } from "../../model/index.js";
import type { Mood } from "./container-row.js";

const moods: Record<Mood, ThemeIcon> = {
  running: icon("vm-running", "testing.iconPassed"),
  stopped: icon("vm-outline", "disabledForeground"),
  paused: icon("debug-pause", "list.warningForeground"),
  locked: icon("lock", "list.warningForeground"),
  template: icon("file-symlink-directory", "descriptionForeground"),
  unknown: icon("question", "disabledForeground"),
  trouble: icon("warning", "list.errorForeground"),
};

const nodes: Record<NodeStatus, ThemeIcon> = {
  online: icon("server", "testing.iconPassed"),
  offline: icon("server", "list.errorForeground"),
  unknown: icon("server", "disabledForeground"),
};

export const icons = {
  cluster: new ThemeIcon("server-environment"),
  clusterFailed: icon("server-environment", "list.errorForeground"),
  problem: icon("warning", "list.warningForeground"),
  busy: new ThemeIcon("loading~spin"),
  mood: (mood: Mood): ThemeIcon => moods[mood],
  node: (status: NodeStatus): ThemeIcon => nodes[status],
};

function icon(name: string, color: string): ThemeIcon {
  return new ThemeIcon(name, new ThemeColor(color));
}
