import { formatDuration, mebibyte } from "../../model/index.js";
import { hold, type Rule } from "../recommendation.js";
import { sampleAt } from "../series.js";
import { capacityOf, faultOf, useOf, type Subject } from "../subject.js";

/** The size it has, where that is known. Without a limit it is what the container may use. */
export const presentSize: Rule = (recommendation, subject) => {
  const size = sizeOf(subject);
  return size === null ? recommendation : { ...recommendation, from: size, to: size };
};

function sizeOf(subject: Subject): number | null {
  const { container, settings } = subject;
  const { configuration, memoryLimit } = container;
  if (settings.resource === "memory") {
    return configuration?.memory ?? (memoryLimit === null ? null : memoryLimit / mebibyte);
  }
  // What Proxmox shows as cores may be the cores, the cpulimit or the node's cores: only the configuration tells.
  if (configuration === null) return null;
  return limitOf(subject) ?? unlimitedSize(subject);
}

function limitOf({ container: { configuration }, settings }: Subject): number | null {
  const size = (settings.resource === "cores" ? configuration?.cores : configuration?.cpulimit) ?? null;
  return size !== null && size > 0 ? size : null;
}

/** Without `cores` it may use every core of its node; without `cpulimit` every core it has, which is no size of its own. */
function unlimitedSize({ container, node, settings }: Subject): number | null {
  const nodeCores = node?.cores ?? null;
  if (settings.resource === "cores") return nodeCores;
  if (!settings.manageUnlimited) return null;
  const ownCores = container.configuration?.cores ?? null;
  return ownCores === null || nodeCores === null ? (ownCores ?? nodeCores) : Math.min(ownCores, nodeCores);
}

/** A size that is not known can't be changed, and what is not limited is left alone unless the file asks for it. */
export const knownSize: Rule = (recommendation, subject) => {
  const { container, settings } = subject;
  if (settings.resource === "memory") {
    if (recommendation.from !== null) return recommendation;
    return hold(recommendation, "size-unknown", "its memory limit is not known");
  }
  if (container.configuration === null) {
    const text = "its configuration has not been read, so it is not known what limits its CPU";
    return hold(recommendation, "size-unknown", text);
  }
  if (limitOf(subject) !== null) return recommendation;
  if (!settings.manageUnlimited) {
    const text = `it has no ${settings.resource}, so it may use all there are; only manageUnlimited: true changes that`;
    return hold(recommendation, "unlimited", text);
  }
  if (recommendation.from !== null) return recommendation;
  const text = `it has no ${settings.resource}, and how many cores node ${container.node} has is not known`;
  return hold(recommendation, "size-unknown", text);
};

/** What is in use by the newest reading. A missing, old or impossible one holds: it never counts as 0. */
export const newestReading: Rule = (recommendation, subject) => {
  const { now, periodSeconds, series } = subject;
  const newest = sampleAt(series, series.length - 1);
  if (newest === undefined) return hold(recommendation, "missing-reading", "there is no reading of it yet");
  const age = (now - newest.time) / 1000;
  if (age > 2 * periodSeconds) {
    const text = `the newest reading is ${formatDuration(age)} old, more than two periods of ${formatDuration(periodSeconds)}`;
    return hold(recommendation, "insufficient-data", text);
  }
  const what = subject.settings.resource === "memory" ? "memory" : "CPU";
  switch (faultOf(newest, subject)) {
    case "missing":
      return hold(recommendation, "missing-reading", `the newest reading has no figure for ${what}`);
    case "impossible":
      return hold(recommendation, "impossible-reading", `the newest reading of ${what} can't be: ${shown(subject)}`);
    case null:
      return {
        ...recommendation,
        reading: { use: useOf(newest, subject), capacity: capacityOf(newest, subject) },
      };
  }
};

function shown(subject: Subject): string {
  const newest = sampleAt(subject.series, subject.series.length - 1);
  return subject.settings.resource === "memory"
    ? `${newest?.memory ?? "?"} of ${newest?.memoryLimit ?? "?"} bytes`
    : `${newest?.cpu ?? "?"} of ${newest?.cores ?? "?"} cores`;
}
