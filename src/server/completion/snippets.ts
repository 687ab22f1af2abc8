import type { KeyPath } from "../../config/index.js";

/** A piece of a file that is written at once. */
export interface Piece {
  readonly label: string;
  readonly detail: string;
  /** The keys that it writes: it is offered where none of them is there. */
  readonly keys: readonly string[];
  /**
   * Lines of a block map, without indentation of their own but two spaces a level; `${1:text}` is a place to type over.
   * Those of an entry of a list begin at its first key.
   */
  readonly block: readonly string[];
  /** The same in braces; `null`: not offered there. */
  readonly flow: string | null;
}

const policy: Piece = {
  label: "policy",
  detail: "a policy: which containers, and their bounds",
  keys: ["name", "match"],
  block: [
    "name: ${1:web}",
    "match: { tags: [${2:web}] }",
    "cpu: { min: ${3:1}, max: ${4:4}, target: ${5:60%} }",
    "memory: { min: ${6:512MiB}, max: ${7:4GiB}, target: ${8:70%} }",
  ],
  flow: "{ name: ${1:web}, match: { tags: [${2:web}] }, cpu: { max: ${3:4} } }",
};

const presetPolicy: Piece = {
  label: "policy with a preset",
  detail: "a policy whose settings are those of an application",
  keys: ["name", "match", "preset"],
  block: ["name: ${1:database}", "match: { tags: [${2:db}] }", "preset: ${3:postgresql}"],
  flow: "{ name: ${1:database}, match: { tags: [${2:db}] }, preset: ${3:postgresql} }",
};

const schedule: Piece = {
  label: "schedule",
  detail: "other settings at certain times",
  keys: ["name", "match", "when"],
  block: [
    "name: ${1:nights}",
    "match: { tags: [${2:web}] }",
    'when: { days: [${3:mon-fri}], from: "${4:22:00}", to: "${5:06:00}" }',
    "cpu: { max: ${6:2} }",
  ],
  flow: '{ name: ${1:nights}, match: { tags: [${2:web}] }, when: { days: [${3:mon-fri}], from: "${4:22:00}", to: "${5:06:00}" } }',
};

const group: Piece = {
  label: "group",
  detail: "instances cloned from a template, more under load",
  keys: ["name", "template", "instances"],
  block: [
    "name: ${1:frontend}",
    "template: { vmid: ${2:900} }",
    "instances: { min: ${3:2}, max: ${4:6} }",
    "scaleOut: { cpu: ${5:75%}, memory: ${6:85%}, for: 2m, cooldown: 5m }",
    "scaleIn: { cpu: ${7:30%}, memory: ${8:40%}, for: 10m, cooldown: 10m, action: stop }",
  ],
  flow: "{ name: ${1:frontend}, template: { vmid: ${2:900} }, instances: { min: ${3:2}, max: ${4:6} } }",
};

const webhook: Piece = {
  label: "webhook",
  detail: "a notification to a web address",
  keys: ["type", "url"],
  block: ["type: webhook", 'url: "${1:https://hooks.example/T000}"', "events: [${2:scale, failure}]"],
  flow: '{ type: webhook, url: "${1:https://hooks.example/T000}", events: [${2:scale, failure}] }',
};

const connection: Piece = {
  label: "connection to a cluster",
  detail: "address, token and fingerprint",
  keys: ["connection"],
  block: [
    "connection:",
    "  url: ${1:https://pve1.example:8006}",
    "  token: \\${env:PROXMOX_TOKEN\\}",
    "  fingerprint: \\${env:PROXMOX_FINGERPRINT\\}",
  ],
  flow: null,
};

const boost: Piece = {
  label: "boost with its values",
  detail: "grows at once by a factor where it is saturated",
  keys: ["boost"],
  block: [
    "boost: { above: ${1:95%}, samples: ${2:3}, factor: ${3:1.5}, fallbackFactor: ${4:1.25}, duration: ${5:10m} }",
  ],
  flow: "boost: { above: ${1:95%}, samples: ${2:3}, factor: ${3:1.5}, fallbackFactor: ${4:1.25}, duration: ${5:10m} }",
};

function thresholds(up: string, down: string): Piece {
  const grow = `scaleUp: { above: \${1:80%}, for: \${2:2m}, step: \${3:${up}} }`;
  const shrink = `scaleDown: { below: \${4:25%}, for: \${5:15m}, step: \${6:${down}} }`;
  return {
    label: "scaleUp and scaleDown",
    detail: "a pair of thresholds",
    keys: ["scaleUp", "scaleDown", "target", "percentile", "fixed"],
    block: [grow, shrink],
    flow: `${grow}, ${shrink}`,
  };
}

const cpuThresholds = thresholds("1", "1");
const memoryThresholds = thresholds("512MiB", "256MiB");

/** Under a key at the top: a list with a first entry. */
function listOf(section: string, entry: Piece): Piece {
  return {
    label: `${section} with a first ${entry.label}`,
    detail: entry.detail,
    keys: [section],
    block: [`${section}:`, ...entry.block.map((line, index) => `${index === 0 ? "  - " : "    "}${line}`)],
    flow: null,
  };
}

const atTop = [connection, listOf("policies", policy), listOf("schedules", schedule), listOf("groups", group)];

const entries: Readonly<Record<string, readonly Piece[]>> = {
  policies: [policy, presetPolicy],
  schedules: [schedule],
  groups: [group],
  notifications: [webhook],
};

/** Pieces for the keys of a map. */
export function piecesFor(path: KeyPath): readonly Piece[] {
  if (path.length === 0) return atTop;
  if (path.length === 2 && typeof path[1] === "number") return entryPieces(path.slice(0, 1));
  const isResource = path.length === 2 ? path[0] === "defaults" : path.length === 3 && typeof path[1] === "number";
  if (isResource && path.at(-1) === "cpu") return [cpuThresholds, boost];
  if (isResource && path.at(-1) === "memory") return [memoryThresholds, boost];
  return [];
}

/** Pieces for an entry of a list. */
export function entryPieces(path: KeyPath): readonly Piece[] {
  return path.length === 1 ? (entries[String(path[0])] ?? []) : [];
}

/** A text without the places of a snippet, for editors that know none. */
export function withoutPlaces(snippet: string): string {
  return snippet.replaceAll(/(?<!\\)\$(?:\d+|\{\d+(?::([^}]*))?\})/gu, "$1").replaceAll(/\\([$}\\])/gu, "$1");
}

/** A text that is to be taken as it is in a snippet. */
export function literal(text: string): string {
  return text.replaceAll(/[\\$}]/gu, String.raw`\$&`);
}
