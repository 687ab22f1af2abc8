import { nothing } from "../reasons.js";
import { because, type SizedRule } from "../recommendation.js";
import { fixed } from "./fixed.js";
import { percentile } from "./percentile.js";
import { target } from "./target.js";
import { thresholds } from "./thresholds.js";

/** What it should be, by the one kind of strategy that is in force. */
export const strategy: SizedRule = (recommendation, subject) => {
  const chosen = subject.settings.strategy;
  if (chosen === null) {
    recommendation.uncapped = recommendation.from;
    because(recommendation, "bounds-only", nothing);
    return;
  }
  switch (chosen.kind) {
    case "thresholds":
      thresholds(recommendation, subject, chosen);
      break;
    case "target":
      target(recommendation, subject, chosen);
      break;
    case "percentile":
      percentile(recommendation, subject, chosen);
      break;
    case "fixed":
      fixed(recommendation, subject, chosen);
      break;
  }
};
