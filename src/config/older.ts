import type { PlacedProblem } from "./document.js";
import { isMap, isScalar, isSeq, spanOf } from "./document.js";
import type { AutoscalerDocument, Node } from "./document.js";

interface OlderFormat {
  /** For the message: whose format it is. */
  readonly name: string;
  /** The top-level keys that give it away. */
  readonly recognise: (keys: readonly string[]) => boolean;
}

const has = (keys: readonly string[], ...wanted: readonly string[]): boolean =>
  wanted.every((key) => keys.includes(key));

const formats: readonly OlderFormat[] = [
  {
    name: "proxmox-lxc-autoscale (`DEFAULT`, `TIER_…`)",
    recognise: (keys) =>
      keys.some((key) => /^(?:DEFAULTS?$|TIER_|HORIZONTAL_SCALING_GROUP_|ASG_(?:TEMPLATE|GROUP)_)/u.test(key)),
  },
  {
    name: "lxc_autoscaler (`proxmox`, `containers`)",
    recognise: (keys) =>
      has(keys, "proxmox") && keys.some((key) => /^(?:global|containers|default_(?:thresholds|limits))$/u.test(key)),
  },
  { name: "a service autoscaler (`servers`, `services`)", recognise: (keys) => has(keys, "servers", "services") },
  {
    name: "nexcage (`proxmox`, `runtime`)",
    recognise: (keys) =>
      has(keys, "runtime") && keys.some((key) => /^(?:proxmox|container_config|zfs|storage)$/u.test(key)),
  },
];

const environmentKeys =
  /^(?:export )?(?:POLL_INTERVAL|(?:CPU|MEMORY)_(?:UPPER|LOWER)_THRESHOLD|(?:MIN|MAX)_CORES|MIN_MEMORY|MIN_DECREASE_CHUNK|RESERVE_(?:CPU_PERCENT|MEMORY_MB)|OFF_PEAK_(?:START|END)|ENERGY_MODE|IGNORE_LXC|BEHAVIOUR|USE_REMOTE_PROXMOX|PROXMOX_(?:HOST|CONTAINER_\w+))=/mu;
const iniKeys =
  /^(?:poll_interval|energy_mode|behaviour|(?:cpu|memory)_(?:upper|lower)_threshold|(?:min|max)_cores|min_memory|min_decrease_chunk|ignore_lxc|reserve_\w+|off_peak_\w+)[ \t]*=/mu;

function topKeys(root: Node | null): readonly string[] {
  if (!isMap(root)) return [];
  return root.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
}

function olderFormat(document: AutoscalerDocument): string | null {
  const keys = topKeys(document.root);
  // Whoever writes `version: 1` means this format, whatever else stands in the file.
  if (keys.includes("version")) return null;
  if (isMap(document.root)) return formats.find(({ recognise }) => recognise(keys))?.name ?? null;
  return null;
}

function olderText(text: string): string | null {
  if (/^\s*\[[^\]\r\n]+\][ \t]*$/mu.test(text) && iniKeys.test(text)) return "proxmox-lxc-autoscale (INI)";
  if (environmentKeys.test(text)) return "proxmox-lxc-autoscale (`.env`)";
  return null;
}

/** Recognises the formats of earlier programs, which are migrated and not checked; `null`: it is none of them. */
export function recogniseOlderFormat(document: AutoscalerDocument): PlacedProblem | null {
  if (document.yaml === null) return null;
  const name = olderFormat(document) ?? (isMap(document.root) ? null : olderText(document.text));
  if (name === null) return null;
  const start = Math.max(0, document.text.search(/\S/u));
  const firstLine = /^[^\r\n]*/u.exec(document.text.slice(start))?.[0].trimEnd().length ?? 0;
  const key = isMap(document.root) ? (document.root.items[0]?.key as Node | undefined) : undefined;
  return {
    code: "older-format",
    span: key === undefined ? { start, end: start + firstLine } : spanOf(key),
    message: `This is the format of ${name}. \`lxc-autoscaler migrate\` makes a version 1 file of it.`,
  };
}

/** What a text is that is no autoscaler file at all; `null` where it might be one. */
export function notAConfiguration(document: AutoscalerDocument, known: ReadonlySet<string>): PlacedProblem | null {
  const { root, text } = document;
  const problem = (message: string, node: Node | null): PlacedProblem => {
    const start = node === null ? 0 : spanOf(node).start;
    const line = /^[^\r\n]*/u.exec(text.slice(start))?.[0].trimEnd().length ?? 0;
    return { code: "not-a-configuration", span: { start, end: start + line }, message };
  };
  if (root === null || (isScalar(root) && root.value === null)) {
    return problem("The file is empty. An autoscaler file begins with `version: 1`.", null);
  }
  if (isSeq(root)) return problem("This is a list; an autoscaler file has keys, and begins with `version: 1`.", root);
  if (!isMap(root)) return problem("This is a text; an autoscaler file has keys, and begins with `version: 1`.", root);
  const keys = topKeys(root);
  if (keys.length === 0) return problem("The file is empty. An autoscaler file begins with `version: 1`.", root);
  if (keys.some((key) => known.has(key))) return null;
  return problem(
    "This is no autoscaler file: it has no key of one. An autoscaler file begins with `version: 1`.",
    root,
  );
}
