import { formatDuration } from "../../model/index.js";

/** What keeps a container from being touched. */
export const ofLeftAlone = {
  ignored: ({ entry }: { readonly entry: string }) => `the ignore list names it: ${entry}`,
  "mode-paused": () => "mode is paused: usage is watched, nothing is changed",
  "no-quorum": () => "the cluster has no quorum and refuses every write",
  template: () => "it is a template",
  locked: ({ lock }: { readonly lock: string }) => `it is locked (${lock})`,
  "ha-moving": ({ state }: { readonly state: string }) => `the HA manager is moving it (state ${state})`,
  stopped: () => "it is stopped",
  "container-paused": () => "it is paused",
  "status-unknown": () => "Proxmox does not know whether it is running",
  "just-unlocked": ({ passed, wait }: { readonly passed: number; readonly wait: number }) =>
    `it was locked ${formatDuration(passed)} ago: its readings count again after ${formatDuration(wait)}`,
  stale: ({ node }: { readonly node: string }) => `node ${node} is offline: these are its last known figures`,
} as const;
