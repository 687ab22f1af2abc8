import { formatDuration } from "../../model/index.js";
import { hold, type Recommendation, type Rule } from "../recommendation.js";
import { sampleAt } from "../series.js";
import { capacityOf, faultOf, useOf, type Subject } from "../subject.js";

const mebibyte = 1024 * 1024;

/** The size it has. What is not limited is left alone unless the file asks for it. */
export const presentSize: Rule = (recommendation, subject) => {
  const { container, settings } = subject;
  const { configuration } = container;
  if (settings.resource === "memory") {
    const bytes = container.memoryLimit;
    const size = configuration?.memory ?? (bytes === null ? null : bytes / mebibyte);
    if (size === null) return hold(recommendation, "size-unknown", "its memory limit is not known");
    return sizedAs(recommendation, size);
  }
  if (configuration === null) {
    const text = `its configuration has not been read, and what Proxmox shows as cores may be its cores, its cpulimit or the node's cores`;
    return hold(recommendation, "size-unknown", text);
  }
  const limited = settings.resource === "cores" ? configuration.cores : positive(configuration.cpulimit);
  if (limited !== null) return sizedAs(recommendation, limited);
  return unlimited(recommendation, subject);
};

/** Without `cores` (`cpulimit`) a container may use every core of its node (every core it has). */
function unlimited(recommendation: Recommendation, subject: Subject): Recommendation {
  const { container, node, settings } = subject;
  const nodeCores = node?.cores ?? null;
  const ownCores = container.configuration?.cores ?? null;
  const usable =
    settings.resource === "cores" || ownCores === null
      ? nodeCores
      : nodeCores === null
        ? ownCores
        : Math.min(ownCores, nodeCores);
  if (!settings.manageUnlimited) {
    const text = `it has no ${settings.resource}, so it may use all there are; manageUnlimited: true would take charge of it`;
    // No cpulimit is no size; no cores means as many as the node has.
    return hold(sizedAs(recommendation, settings.resource === "cores" ? nodeCores : null), "unlimited", text);
  }
  if (usable === null) {
    return hold(
      recommendation,
      "size-unknown",
      `it has no ${settings.resource}, and how many cores node ${container.node} has is not known`,
    );
  }
  return sizedAs(recommendation, usable);
}

function sizedAs(recommendation: Recommendation, size: number | null): Recommendation {
  return { ...recommendation, from: size, to: size };
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}

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
