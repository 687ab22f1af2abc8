import { covers, meetingOf, trendOf } from "../estimators/index.js";
import { because, limit, type SizedRule } from "../recommendation.js";
import { larger, multipleAbove, roundUp, smaller } from "../sizes.js";
import { usageOver } from "../usage.js";
import { contentSize } from "./content.js";

/**
 * Grows ahead where what is in use will meet the size within the given time, as it has grown so far: a leak, a queue that
 * fills up. Large enough for what will be in use then. A shrink goes no further than that either.
 */
export const forecast: SizedRule = (recommendation, subject) => {
  const { forecast: settings, step: grain, strategy } = subject.settings;
  if (settings === null) return;
  const { withinSeconds: within, overSeconds: over } = settings;
  const { from, to, reading } = recommendation;
  const window = usageOver(subject, over);
  const trend = covers(window, over, subject.periodSeconds) ? trendOf(window) : null;
  if (trend === null) {
    because(recommendation, "forecast", { covered: window.covered, over });
    return;
  }
  const shrinks = smaller(to, from);
  const meeting = meetingOf(trend, shrinks ? Math.min(to, reading.capacity) : reading.capacity, subject.now);
  if (meeting === null || meeting.seconds > within) return;
  const ahead = within + Math.max(0, subject.now - trend.time) / 1000;
  const use = Math.max(reading.use, trend.level) + trend.slope * ahead;
  const content = contentSize(use, subject);
  const latest = Number.isFinite(meeting.latest) ? meeting.latest : null;
  const values = { reading, slope: trend.slope, ...meeting, latest, within };
  if (shrinks && (meetingOf(trend, reading.capacity, subject.now)?.seconds ?? Infinity) > within) {
    // It stays as large as it must be then.
    const size = Math.min(from, content);
    if (larger(size, to)) limit(recommendation, size, "forecast", { ...values, smaller: to, size });
    return;
  }
  const least = strategy?.kind === "thresholds" && strategy.up !== null ? strategy.up.step : 0;
  const size = Math.max(content, roundUp(from + least, grain), multipleAbove(from, grain));
  if (!larger(size, to)) return;
  recommendation.to = size;
  recommendation.uncapped = Math.max(size, recommendation.uncapped ?? size);
  recommendation.limited = false;
  because(recommendation, "forecast", { ...values, size });
};
