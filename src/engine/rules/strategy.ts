import { because, whenSized } from "../recommendation.js";
import { fixed } from "./fixed.js";
import { percentile } from "./percentile.js";
import { target } from "./target.js";
import { thresholds } from "./thresholds.js";

/** What it should be, by the one kind of strategy that is in force. */
export const strategy = whenSized((recommendation, subject) => {
  const chosen = subject.settings.strategy;
  if (chosen === null) {
    const text = "no strategy is set: it is only kept inside its bounds";
    return because({ ...recommendation, uncapped: recommendation.from }, "bounds-only", text);
  }
  switch (chosen.kind) {
    case "thresholds":
      return thresholds(recommendation, subject, chosen);
    case "target":
      return target(recommendation, subject, chosen);
    case "percentile":
      return percentile(recommendation, subject, chosen);
    case "fixed":
      return fixed(recommendation, subject, chosen);
  }
});
