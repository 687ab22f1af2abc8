import { mebibyte } from "../../model/index.js";
import type { Sample } from "../../model/index.js";
import { isSize } from "../plausible.js";
import { hold, type Recommendation, type Rule } from "../recommendation.js";
import { sampleAt } from "../series.js";
import { same } from "../sizes.js";
import { capacityOf, faultOf, otherLimitNamed, otherLimitOf, useOf, type Subject } from "../subject.js";

/** The size it has, where that is known. Without a limit it is what the container may use. */
export const presentSize: Rule = (recommendation, subject) => {
  const found = sizeOf(subject);
  const size = isSize(found) ? found : null;
  recommendation.from = size;
  recommendation.to = size;
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
  return isSize(size) ? size : null;
}

/** Without `cores` it may use every core of its node; without `cpulimit` every core it has, which is no size of its own. */
function unlimitedSize({ container, node, settings }: Subject): number | null {
  const nodeCores = node?.cores ?? null;
  if (settings.resource === "cores") return nodeCores;
  if (!settings.manageUnlimited) return null;
  const found = container.configuration?.cores ?? null;
  const ownCores = isSize(found) ? found : null;
  return ownCores === null || nodeCores === null ? (ownCores ?? nodeCores) : Math.min(ownCores, nodeCores);
}

/** A size that is not known can't be changed, and what is not limited is left alone unless the file asks for it. */
export const knownSize: Rule = (recommendation, subject) => {
  const { container, settings } = subject;
  const { resource } = settings;
  if (resource === "memory") {
    if (recommendation.from === null) hold(recommendation, "size-unknown", { missing: "memory-limit" });
  } else if (container.configuration === null) {
    hold(recommendation, "size-unknown", { missing: "configuration" });
  } else if (limitOf(subject) !== null) {
    return;
  } else if (!settings.manageUnlimited) {
    hold(recommendation, "unlimited", { resource });
  } else if (recommendation.from === null) {
    hold(recommendation, "size-unknown", { missing: "node-cores", resource, node: container.node });
  }
};

/** What is in use by the newest reading. A missing, old or impossible one holds: it never counts as 0. */
export const newestReading: Rule = (recommendation, subject) => {
  const { now, periodSeconds, series, settings } = subject;
  const { resource } = settings;
  const newest = sampleAt(series, series.length - 1);
  if (newest === undefined) {
    hold(recommendation, "missing-reading", { figure: "all" });
    return;
  }
  const age = (now - newest.time) / 1000;
  if (age > 2 * periodSeconds) {
    hold(recommendation, "insufficient-data", { lacking: "age", age, period: periodSeconds });
    return;
  }
  const use = useOf(newest, subject);
  if (Number.isNaN(use)) {
    unusable(recommendation, subject, newest);
    return;
  }
  const capacity = capacityOf(newest, subject);
  const { from } = recommendation;
  const bound = from !== null && !same(capacity, from) && same(capacity, otherLimitOf(subject));
  recommendation.reading = { resource, use, capacity, boundBy: bound ? otherLimitNamed(subject) : null };
};

function unusable(recommendation: Recommendation, subject: Subject, newest: Sample): void {
  const { resource } = subject.settings;
  if (faultOf(newest, subject) === "missing") {
    hold(recommendation, "missing-reading", { figure: resource === "memory" ? "memory" : "CPU" });
  } else if (resource === "memory") {
    hold(recommendation, "impossible-reading", { resource, used: newest.memory, of: newest.memoryLimit });
  } else {
    hold(recommendation, "impossible-reading", { resource, used: newest.cpu, of: newest.cores });
  }
}
