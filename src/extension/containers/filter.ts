import type { Container } from "../../model/index.js";
import { troublesOf } from "./container-row.js";
import type { Facts } from "./facts.js";
import { share } from "./figures.js";

type Test = (container: Container, facts: Facts) => boolean;

/**
 * Reads what was typed into the filter. All of its words must hold:
 *
 * - `web`: somewhere in the name, the CT id, the node, the pool, a tag, the policy or the state;
 * - `tag:web`, `node:pve1`, `pool:office`, `policy:nights`, `status:stopped`, `name:web`, `id:101`: there alone;
 * - `cpu>80`, `memory<20`, `disk>=90`: in percent; what is not known is neither;
 * - `is:trouble`, `is:favourite`, `is:locked`, `is:template`, `is:changing`;
 * - `-tag:web`: not.
 *
 * Case counts nowhere. `null`: nothing was typed, so everything is shown.
 */
export function parseFilter(text: string): Test | null {
  const tests = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "" && word !== "-")
    .map(testOf);
  if (tests.length === 0) return null;
  return (container, facts) => tests.every((holds) => holds(container, facts));
}

function testOf(word: string): Test {
  if (word.startsWith("-")) {
    const holds = testOf(word.slice(1));
    return (container, facts) => !holds(container, facts);
  }
  return figureTest(word) ?? keyTest(word) ?? anywhere(word);
}

const figures: Readonly<Record<string, (container: Container) => number | null>> = {
  cpu: ({ cpu }) => cpu,
  memory: ({ memory, memoryLimit }) => share(memory, memoryLimit),
  mem: ({ memory, memoryLimit }) => share(memory, memoryLimit),
  disk: ({ disk, diskLimit }) => share(disk, diskLimit),
};

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
};

function figureTest(word: string): Test | null {
  const [, name = "", sign = "", number = ""] = /^([a-z]+)(>=|<=|>|<)(\d+(?:\.\d+)?)%?$/u.exec(word) ?? [];
  const figure = figures[name];
  const compare = comparisons[sign];
  if (figure === undefined || compare === undefined) return null;
  return (container) => {
    const value = figure(container);
    // Of a container that does not run, or whose node is away, Proxmox only repeats its last figures.
    return value !== null && container.status === "running" && !container.stale && compare(value * 100, Number(number));
  };
}

const texts: Readonly<Record<string, (container: Container, facts: Facts) => readonly string[]>> = {
  name: ({ name }) => [name],
  id: ({ vmid }) => [String(vmid)],
  node: ({ node }) => [node],
  pool: ({ pool }) => (pool === null ? [] : [pool]),
  tag: ({ tags }) => tags,
  status: statusWords,
  policy: (container, facts) => [facts.policyOf(container) ?? ""],
};

const states: Readonly<Record<string, Test>> = {
  trouble: (container) => troublesOf(container).length > 0,
  favourite: ({ vmid }, facts) => facts.isFavourite(vmid),
  locked: ({ lock }) => lock !== null,
  template: ({ template }) => template,
  changing: ({ vmid }, facts) => facts.isChanging(vmid),
};

function keyTest(word: string): Test | null {
  const colon = word.indexOf(":");
  if (colon <= 0) return null;
  const [key, value] = [word.slice(0, colon), word.slice(colon + 1)];
  if (key === "is") return states[value] ?? null;
  const text = texts[key];
  return text === undefined ? null : (container, facts) => holds(text(container, facts), value);
}

function anywhere(word: string): Test {
  return (container, facts) => Object.values(texts).some((text) => holds(text(container, facts), word));
}

function holds(values: readonly string[], part: string): boolean {
  return values.some((value) => value.toLowerCase().includes(part));
}

function statusWords({ template, status, stale, lock }: Container): readonly string[] {
  return [template ? "template" : stale ? "unknown" : status, ...(lock === null ? [] : [lock])];
}
