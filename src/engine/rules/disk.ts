import type { Threshold } from "../../config/index.js";
import { diskReadings, diskUseAt, diskUseOf } from "../disk-readings.js";
import { enough, meetingOf, trendOf, usageWindow } from "../estimators/index.js";
import { hold, limit, undecided, want, type Recommendation, type Sized } from "../recommendation.js";
import { expectedReadings, firstAfter, longestGapAt, sampleAt } from "../series.js";
import { larger, multipleAbove, roundDown, roundUp, smaller } from "../sizes.js";
import type { DiskSubject } from "../subject.js";

/** The size it has: a disk that is not in the configuration, or without a size there, can't be grown. */
export function presentDisk(recommendation: Recommendation, { volume }: DiskSubject): void {
  // A folder or btrfs subvolume without a quota says 0, and takes what its storage has.
  const size = volume === null || volume.size === 0 ? null : volume.size;
  recommendation.from = size;
  recommendation.to = size;
}

export function knownDisk(recommendation: Recommendation, { container, settings }: DiskSubject): void {
  if (recommendation.from !== null) return;
  const read = container.configuration !== null;
  hold(recommendation, "size-unknown", { missing: "disk", resource: settings.volume, read });
}

/** What is in use: Proxmox tells it of the root file system alone. */
export function newestDiskReading(recommendation: Recommendation, subject: DiskSubject): void {
  const { container, now, periodSeconds, series, settings } = subject;
  if (settings.volume !== "rootfs") {
    hold(recommendation, "disk-use-unknown", { resource: settings.volume });
    return;
  }
  const newest = sampleAt(series, series.length - 1);
  const age = newest === undefined ? Number.POSITIVE_INFINITY : (now - newest.time) / 1000;
  if (age > 2 * periodSeconds) {
    if (newest === undefined) hold(recommendation, "missing-reading", { figure: "all" });
    else hold(recommendation, "insufficient-data", { lacking: "age", age, period: periodSeconds });
    return;
  }
  const { disk, diskLimit } = series.observation === null ? (newest ?? container) : container;
  if (disk === null || disk === undefined || diskLimit === null || diskLimit === undefined) {
    hold(recommendation, "missing-reading", { figure: "disk" });
    return;
  }
  const use = diskUseOf(disk, diskLimit);
  if (use === null) {
    hold(recommendation, "impossible-reading", { resource: "rootfs", used: disk, of: diskLimit });
    return;
  }
  const { from } = recommendation;
  if (from !== null && smaller(use.size, from * leastShare)) {
    hold(recommendation, "volume-not-taken-up", { volume: from, size: use.size });
    return;
  }
  recommendation.reading = { resource: settings.volume, use: use.used, capacity: use.size, boundBy: null };
}

/**
 * A file system has at least so much of its volume: ext4 keeps some 5 % for itself. Where it has less, Proxmox has grown the
 * volume and could not grow the file system; growing the volume again and again would fill the storage and help nobody.
 */
const leastShare = 0.85;

/** Grows where usage was at or above `above` all through its `for`, or where the trend fills it soon. It never shrinks. */
export function diskGrowth(recommendation: Sized, subject: DiskSubject): void {
  const { settings } = subject;
  const { up, forecast } = settings;
  const { from, reading } = recommendation;
  const usage = reading.use / reading.capacity;
  if (up !== null && !smaller(usage, up.threshold)) {
    byThreshold(recommendation, subject, up);
  } else {
    want(recommendation, from, "thresholds", { reading, up, down: null });
  }
  if (forecast === null || larger(recommendation.to, from)) return;
  const { now, periodSeconds, series } = subject;
  const begin = now - forecast.overSeconds * 1000;
  const window = usageWindow(diskReadings(subject), {
    from: firstAfter(series, begin),
    to: series.length,
    begin,
    periodSeconds,
    longestGapAt: (time) => longestGapAt(time, series.coarser, Math.max(2 * periodSeconds, 1800)),
  });
  const trend = trendOf(window);
  const meeting = trend === null ? null : meetingOf(trend, reading.capacity, now);
  if (trend === null || meeting === null || meeting.seconds > forecast.withinSeconds) return;
  // So large that what is in use at that time stays below the threshold, where there is one.
  const then = reading.use + trend.slope * forecast.withinSeconds;
  const size = sizeFor(recommendation, subject, then / (up?.threshold ?? 1));
  const { seconds, soonest, latest } = meeting;
  want(recommendation, size, "forecast", {
    reading,
    slope: trend.slope,
    seconds,
    soonest,
    latest: latest === Number.POSITIVE_INFINITY ? null : latest,
    within: forecast.withinSeconds,
    size,
  });
}

function byThreshold(recommendation: Sized, subject: DiskSubject, up: Threshold): void {
  const { from, reading } = recommendation;
  const { threshold, forSeconds } = up;
  const asked = { reading, direction: "above" as const, threshold, forSeconds };
  const { there, expected, brokenAt, coarse } = judge(subject, up);
  if (there < expected * enough - 1e-9) {
    undecided(recommendation, "insufficient-data", { ...asked, lacking: "readings", there, expected });
    return;
  }
  if (brokenAt !== null) {
    want(recommendation, from, "thresholds", { ...asked, brokenAgo: (subject.now - brokenAt) / 1000 });
    return;
  }
  const size = sizeFor(recommendation, subject, reading.use / threshold);
  want(recommendation, size, "above", { reading, threshold, forSeconds, coarse, size });
}

/** What the readings of `for` say: the same as of CPU and memory, see `judgeWindow`. */
function judge(subject: DiskSubject, { threshold, forSeconds }: Threshold) {
  const { now, periodSeconds, series } = subject;
  const inside = firstAfter(series, now - forSeconds * 1000);
  const coarse = forSeconds > 0 && series.stepSeconds > forSeconds * 1.05 && inside >= series.length - 1;
  const first = forSeconds < periodSeconds ? Math.min(series.length - 1, inside) : inside;
  let there = 0;
  let brokenAt: number | null = null;
  for (let index = series.length - 1; index >= first; index -= 1) {
    const use = diskUseAt(subject, index);
    if (use === null) continue;
    there += 1;
    if (smaller(use.used / use.size, threshold)) brokenAt ??= sampleAt(series, index)?.time ?? null;
  }
  return { there, expected: expectedReadings(series, forSeconds, periodSeconds, now), brokenAt, coarse };
}

/**
 * The smallest size of the volume, at least a step larger, with which its file system has more than `needed` GiB: of a
 * volume the file system gets the share that it has of it now.
 */
function sizeFor({ from, reading }: Sized, { settings }: DiskSubject, needed: number): number {
  const least = from + (settings.up?.step ?? settings.step);
  return Math.max(roundUp(least, settings.step), multipleAbove((needed * from) / reading.capacity, settings.step));
}

/** `maxStep`, the cooldown and `max`. What is below its `max` never passes it; what is above stays as it is. */
export function diskLimits(recommendation: Sized, subject: DiskSubject): void {
  const { from } = recommendation;
  const { settings, state, now } = subject;
  const { volume: resource, step, up, cooldown } = settings;
  if (!larger(recommendation.to, from)) return;
  const most = up === null ? null : Math.max(up.maxStep, up.step);
  if (most !== null && larger(recommendation.to, roundUp(from + most, step))) {
    limit(recommendation, roundUp(from + most, step), "max-step", { most, resource });
  }
  if (settings.max !== null && larger(recommendation.to, roundDown(settings.max, step))) {
    const highest = roundDown(settings.max, step);
    limit(recommendation, Math.max(from, highest), "max", { most: highest, resource });
  }
  const passed = state.up === undefined ? Number.POSITIVE_INFINITY : (now - state.up.time) / 1000;
  if (larger(recommendation.to, from) && passed < cooldown.upSeconds) {
    limit(recommendation, from, "cooldown", { grew: true, passed, cooldown: cooldown.upSeconds });
  }
}
