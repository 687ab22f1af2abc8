import type { Problem } from "./codes.js";
import { clip } from "./kinds.js";
import { nearest } from "./nearest.js";
import type { MapShape, Shape } from "./shape.js";

/** What keys of other programs, and of plain guessing, are called here. */
const otherNames: Readonly<Record<string, string>> = {
  polling_interval: "interval",
  poll_interval: "interval",
  pollInterval: "interval",
  tz: "timezone",
  time_zone: "timezone",
  rules: "policies",
  policy: "policies",
  exclude: "ignore",
  ignore_lxc: "ignore",
  host: "url",
  endpoint: "url",
  verify_ssl: "fingerprint",
  verifySsl: "fingerprint",
  insecure: "fingerprint",
  selector: "match",
  ids: "vmids",
  vmid: "vmids",
  ct: "vmids",
  ctid: "vmids",
  containers: "vmids",
  hostname: "names",
  minimum: "min",
  maximum: "max",
  minCores: "min",
  maxCores: "max",
  start: "from",
  end: "to",
  until: "to",
  days_of_week: "days",
  weekdays: "days",
  addresses: "pool",
  ips: "pool",
  gw: "gateway",
  threshold: "above",
  ram: "memory",
  mem: "memory",
  cores: "cpu",
};

/** Where in the maps below a key would be right: `scaleUp.above` for `above`. */
function deeper(key: string, shape: MapShape): string | null {
  for (const [name, child] of shape.properties) {
    if (mapOf(child)?.properties.has(key) === true) return `${name}.${key}`;
  }
  return null;
}

function mapOf(shape: Shape): MapShape | null {
  return shape.kind === "map" ? shape : null;
}

/** A key that is not known, and the key of the map that it belongs into, where there is one. */
export interface UnknownKey extends Problem {
  readonly into?: string;
}

/** The finding for a key that is not known, without a search for what was meant. */
export function unknownKey(key: string): UnknownKey {
  return { code: "unknown-key", message: `\`${key}\` is not known here.` };
}

/** The finding for a key that is not known at its place: with the key that was meant, or where it belongs. */
export function explainUnknownKey(key: string, shape: MapShape, path: string): UnknownKey {
  if (key.length > 100) return unknownKey(clip(key));
  const where = path === "" ? "at the top of the file" : `in \`${path}\``;
  if (key === "<<") {
    return {
      code: "unknown-key",
      message: "Merge keys (`<<`) belong to YAML 1.1; what several policies share stands in `defaults`.",
    };
  }
  const other = Object.hasOwn(otherNames, key) ? otherNames[key] : undefined;
  const meant = other !== undefined && shape.properties.has(other) ? other : nearest(key, shape.properties.keys());
  if (meant !== null) {
    return {
      code: "unknown-key",
      message: `\`${key}\` is not known ${where}. Did you mean \`${meant}\`?`,
      suggestion: meant,
    };
  }
  const below = deeper(key, shape);
  if (below !== null) {
    const message = `\`${key}\` is not known ${where}; it belongs to \`${below}\`.`;
    return { code: "unknown-key", message, into: below.slice(0, below.indexOf(".")) };
  }
  if (shape.pattern !== null) {
    const form = Object.keys(shape.examples[0] ?? {})[0] ?? "";
    return { code: "unknown-key", message: `\`${key}\` is not known ${where}. Keys such as \`${form}\` are.` };
  }
  const keys = [...shape.properties.keys()].map((name) => `\`${name}\``).join(", ");
  return { code: "unknown-key", message: `\`${key}\` is not known ${where}. Known are ${keys}.` };
}
