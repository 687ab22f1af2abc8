import type { Pause, PauseDirection, PauseScope } from "../../engine/index.js";
import { formatDuration, printable } from "../../model/index.js";

/** `everything`, `101 web-1`, `the group web`. */
export function scopeText(scope: PauseScope, nameOf: (vmid: number) => string | null): string {
  switch (scope.kind) {
    case "all":
      return "everything";
    case "container": {
      const name = nameOf(scope.vmid);
      return name === null || name === "" ? `container ${scope.vmid}` : `${scope.vmid} ${printable(name)}`;
    }
    case "group":
      return `the group ${printable(scope.group)}`;
  }
}

/** `scaling of 101 web-1`, `growth of everything`. */
export function pausedText(
  scope: PauseScope,
  direction: PauseDirection,
  nameOf: (vmid: number) => string | null,
): string {
  const what = { up: "growth", down: "shrinking", both: "scaling" }[direction];
  return `${what} of ${scopeText(scope, nameOf)}`;
}

/** `growth of everything, for 1h30m more (until 2026-11-21 12:00 UTC): “the big import”`. */
export function pauseText(pause: Pause, now: number, nameOf: (vmid: number) => string | null): string {
  const { until, note } = pause;
  const time =
    until === null
      ? "until it is resumed"
      : `for ${formatDuration(Math.max(1, Math.round((until - now) / 1000)))} more (until ${minuteText(until)})`;
  return `${pausedText(pause.scope, pause.direction, nameOf)}, ${time}${note === null ? "" : `: “${printable(note)}”`}`;
}

/** `2026-11-21 12:00 UTC`. */
export function minuteText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
