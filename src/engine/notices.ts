import { presetOf } from "../config/index.js";
import type { Draft } from "./draft.js";
import { because } from "./recommendation.js";
import { same } from "./sizes.js";

/** Says of each change that the application counts its cores or reads its memory once at start, where its preset knows it. */
export function sayNotices(changing: readonly Draft[]): void {
  for (const { kind, subject, recommendation } of changing) {
    const { preset } = subject.effective;
    if (preset === null || kind !== "size" || same(recommendation.from, recommendation.to)) continue;
    const resource = subject.settings.resource === "memory" ? "memory" : "cores";
    for (const notice of presetOf(preset)?.noticesAfterRestart ?? []) {
      if (notice.resource === resource) because(recommendation, "restart-needed", { why: notice.why });
    }
  }
}
