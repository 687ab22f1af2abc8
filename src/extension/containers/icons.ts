import { ThemeColor, ThemeIcon } from "vscode";
import type { NodeStatus } from "../../model/index.js";
import type { Mood } from "./container-row.js";
import type { Group } from "./group.js";

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

const groups: Record<Group["kind"], ThemeIcon> = {
  favourites: new ThemeIcon("star-full"),
  // Of a node that nothing more is known of.
  node: nodes.unknown,
  pool: new ThemeIcon("folder-library"),
  tag: new ThemeIcon("tag"),
  policy: new ThemeIcon("law"),
  status: new ThemeIcon("list-tree"),
};

export const icons = {
  cluster: new ThemeIcon("server-environment"),
  clusterFailed: icon("server-environment", "list.errorForeground"),
  problem: icon("warning", "list.warningForeground"),
  busy: new ThemeIcon("loading~spin"),
  mood: (mood: Mood): ThemeIcon => moods[mood],
  node: (status: NodeStatus): ThemeIcon => nodes[status],
  group: (kind: Group["kind"]): ThemeIcon => groups[kind],
};

function icon(name: string, color: string): ThemeIcon {
  return new ThemeIcon(name, new ThemeColor(color));
}
