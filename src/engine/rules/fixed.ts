import type { Strategy } from "../../config/index.js";
import { want, type Recommendation, type Sized } from "../recommendation.js";
import { roundUp, same } from "../sizes.js";
import type { Subject } from "../subject.js";
import { figure, sized } from "../words.js";

/** The size that the file names, whatever is in use. */
export function fixed(
  recommendation: Sized,
  subject: Subject,
  strategy: Extract<Strategy, { kind: "fixed" }>,
): Recommendation {
  const { resource, step } = subject.settings;
  const size = Math.max(step, roundUp(strategy.size, step));
  const rounded = same(size, strategy.size) ? "" : ` (${figure(strategy.size)}, rounded up)`;
  return want(recommendation, size, "fixed", `the file fixes it at ${sized(size, resource)}${rounded}`);
}
