import { formatSize, mebibyte, type Container, type Inventory } from "../../model/index.js";
import { isMap, isSeq, spanOf, trimmedSpan } from "../document.js";
import type { YAMLSeq } from "yaml";
import type { AutoscalerDocument, Node } from "../document.js";
import { insertion, lineEndOf, pairAt } from "../fixes/edits.js";
import { placeOf } from "../navigate.js";
import type { AutoscalerReading } from "../read.js";
import type { SpanEdit } from "../remedy.js";
import { nodeAt } from "./node-at.js";
import { tried, type Refactoring } from "./refactoring.js";

/** What must be known of a container to write of it. Sizes are those it has now; `null`: unknown, or no limit. */
export interface KnownContainer {
  readonly vmid: number;
  readonly name: string;
  readonly cores: number | null;
  /** MiB. */
  readonly memory: number | null;
  readonly nodeCores: number | null;
  /** MiB. */
  readonly nodeMemory: number | null;
}

/** Whoever ignores the last container of a policy wants to, and is told of it afterwards. */
const errors = ["error"] as const;

/** What an inventory knows of a container. */
export function knownContainer(container: Container, { nodes }: Inventory): KnownContainer {
  const { vmid, name, node, cores, memoryLimit } = container;
  const host = nodes.find((one) => one.name === node);
  const size = (bytes: number | null | undefined): number | null =>
    bytes === null || bytes === undefined ? null : Math.floor(bytes / mebibyte);
  return {
    vmid,
    name,
    cores,
    memory: size(memoryLimit),
    nodeCores: host?.cores ?? null,
    nodeMemory: size(host?.memoryLimit),
  };
}

const titleOf = ({ vmid, name }: Pick<KnownContainer, "vmid" | "name">): string =>
  name === "" ? `CT ${vmid}` : `${name} (${vmid})`;

/** Leaves a container out of all scaling, by its id; `null` where it is left out already, or the file can't be changed so. */
export function ignoreContainer(
  reading: AutoscalerReading,
  container: Pick<KnownContainer, "vmid" | "name">,
): Refactoring | null {
  const { document, config } = reading;
  const { vmid } = container;
  if (config?.ignore.vmids?.some(({ first, last }) => vmid >= first && vmid <= last) === true) return null;
  return tried(reading, `Ignore ${titleOf(container)}`, ignoring(document, vmid), errors);
}

function ignoring(document: AutoscalerDocument, vmid: number): readonly SpanEdit[] | null {
  const ignore = nodeAt(document, ["ignore"]);
  const vmids = nodeAt(document, ["ignore", "vmids"]);
  if (isSeq(vmids)) return addedTo(document, vmids, String(vmid));
  if (vmids !== null || placeOf(document, ["ignore", "vmids"]) !== null) return null;
  if (isMap(ignore) && ignore.items.length > 0) {
    const key = ignore.items[0]?.key as Node | null;
    const found = key === null ? null : pairAt(document, spanOf(key).start);
    const edit = found === null ? null : insertion(document, found, `vmids: [${vmid}]`);
    return edit === null ? null : [edit];
  }
  return placeOf(document, ["ignore"]) === null ? appended(document, [`ignore: { vmids: [${vmid}] }`]) : null;
}

/** An entry at the end of a list, in its style. */
function addedTo(document: AutoscalerDocument, list: YAMLSeq, entry: string): readonly SpanEdit[] | null {
  const last = list.items.at(-1) as Node | undefined;
  if (list.flow === true) {
    const { start } = spanOf(list);
    return last === undefined
      ? [{ start: start + 1, end: start + 1, text: entry }]
      : [{ start: spanOf(last).end, end: spanOf(last).end, text: `, ${entry}` }];
  }
  return last === undefined ? null : afterBlockList(document, list, [`- ${entry}`]);
}

/** Lines after the last entry of a block list, as deep as its dashes. */
function afterBlockList(document: AutoscalerDocument, list: Node, lines: readonly string[]): readonly SpanEdit[] {
  const { text, base } = document;
  const { start, end } = trimmedSpan(document, spanOf(list));
  const lineStart = text.lastIndexOf("\n", start - base - 1) + 1;
  const indent = " ".repeat(start - base - lineStart);
  const newline = lineEndOf(document);
  const lineBreak = text.indexOf("\n", end - base);
  const stop = lineBreak === -1 ? text.length : lineBreak - (text[lineBreak - 1] === "\r" ? 1 : 0);
  const at = stop + base;
  return [{ start: at, end: at, text: lines.map((line) => `${newline}${indent}${line}`).join("") }];
}

/** Lines after everything else. */
function appended(document: AutoscalerDocument, lines: readonly string[]): readonly SpanEdit[] | null {
  const { text, base, root } = document;
  if (root === null || !isMap(root) || root.flow === true) return null;
  const newline = lineEndOf(document);
  const at = base + text.length;
  const before = text.endsWith("\n") ? "" : newline;
  return [{ start: at, end: at, text: `${before}${newline}${lines.join(newline)}${newline}` }];
}

/**
 * A policy of its own for a container, with bounds around the size it has: down to half of it, up to twice as much as far
 * as its node has it and, of memory, half of the node. How it is scaled is that of `defaults`, or a careful choice where
 * they say nothing. `null` where a policy can't be added, or no size is known.
 */
export function addPolicy(reading: AutoscalerReading, container: KnownContainer): Refactoring | null {
  const { document, config } = reading;
  const settings = settingsOf(document, container);
  if (settings.length === 0) return null;
  const names = new Set(config?.policies.map(({ name }) => name.toLowerCase()));
  const wanted = container.name === "" ? `ct-${container.vmid}` : container.name;
  const name = names.has(wanted.toLowerCase()) ? `${wanted}-${container.vmid}` : wanted;
  const entries = [`name: ${scalar(name)}`, `match: { vmids: [${container.vmid}] }`, ...settings];
  const block = entries.map((entry, index) => `${index === 0 ? "- " : "  "}${entry}`);
  return tried(reading, `Add a policy for ${titleOf(container)}`, adding(document, entries, block), errors);
}

function adding(
  document: AutoscalerDocument,
  entries: readonly string[],
  block: readonly string[],
): readonly SpanEdit[] | null {
  const policies = nodeAt(document, ["policies"]);
  if (isSeq(policies)) {
    return policies.flow === true
      ? addedTo(document, policies, `{ ${entries.join(", ")} }`)
      : afterBlockList(document, policies, block);
  }
  if (placeOf(document, ["policies"]) !== null) return null;
  return appended(document, ["policies:", ...block.map((line) => `  ${line}`)]);
}

const strategies = ["scaleUp", "scaleDown", "target", "percentile", "fixed"];

function settingsOf(document: AutoscalerDocument, container: KnownContainer): readonly string[] {
  const { cores, memory, nodeCores, nodeMemory } = container;
  const inDefaults = (resource: string): boolean =>
    strategies.some((key) => placeOf(document, ["defaults", resource, key]) !== null);
  const lines: string[] = [];
  if (cores !== null && cores >= 1) {
    const most = Math.max(cores, Math.min(cores * 2, nodeCores ?? cores * 2));
    const how = inDefaults("cpu")
      ? ""
      : ", scaleUp: { above: 80%, for: 5m, step: 1 }, scaleDown: { below: 25%, for: 30m, step: 1 }";
    lines.push(`cpu: { min: ${Math.max(1, Math.floor(cores / 2))}, max: ${Math.floor(most)}${how} }`);
  }
  if (memory !== null && memory >= 64) {
    const grain = 64;
    const least = Math.max(grain, Math.floor(memory / 2 / grain) * grain);
    const roof = nodeMemory === null ? memory * 2 : nodeMemory / 2;
    const most = Math.ceil(Math.max(memory, Math.min(memory * 2, roof)) / grain) * grain;
    const step = formatSize(Math.max(grain, Math.floor(least / 4 / grain) * grain));
    const how = inDefaults("memory")
      ? ""
      : `, scaleUp: { above: 85%, for: 5m, step: ${step} }, scaleDown: { below: 40%, for: 1h, step: ${step} }, headroom: 20%`;
    lines.push(`memory: { min: ${formatSize(least)}, max: ${formatSize(most)}${how} }`);
  }
  return lines;
}

/** A name as a scalar: plain where nobody could take it for anything else. */
function scalar(text: string): string {
  return /^[a-z][\w.-]*$/iu.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/iu.test(text)
    ? text
    : JSON.stringify(text);
}
