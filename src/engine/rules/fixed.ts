import type { Strategy } from "../../config/index.js";
import { want, type Sized } from "../recommendation.js";
import { roundUp } from "../sizes.js";
import type { Subject } from "../subject.js";

/** The size that the file names, whatever is in use. */
export function fixed(recommendation: Sized, subject: Subject, strategy: Extract<Strategy, { kind: "fixed" }>): void {
  const { resource, step } = subject.settings;
  const size = Math.max(step, roundUp(strategy.size, step));
  want(recommendation, size, "fixed", { resource, size, asked: strategy.size });
}
