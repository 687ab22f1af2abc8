import type { Container, History, Inventory } from "../../model/index.js";
import { advise, type Advice, type Confidence } from "./advice.js";

export interface RightsizingInput {
  readonly inventory: Inventory;
  readonly history: History;
  /** How far back usage counts, in seconds. */
  readonly overSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What could be given back and what is missing, of advice that at least a day of usage stands behind. */
export interface Balance {
  readonly coresToFree: number;
  readonly coresMissing: number;
  /** GiB. */
  readonly gibToFree: number;
  readonly gibMissing: number;
}

export interface NodeBalance extends Balance {
  readonly node: string;
  readonly containers: number;
  /** `null`: not known. */
  readonly cores: number | null;
  /** GiB, `null`: not known. */
  readonly gib: number | null;
  /** What its running containers were given together. Without a limit of its own, a container counts as nothing here. */
  readonly coresGiven: number;
  readonly gibGiven: number;
}

export interface Rightsizing {
  readonly overSeconds: number;
  readonly containers: number;
  /** Ordered by vmid; CPU before memory. */
  readonly advice: readonly Advice[];
  readonly nodes: readonly NodeBalance[];
  readonly total: Balance;
  /** Containers of which nothing can be said, by what they are. */
  readonly left: { readonly stopped: number; readonly templates: number };
}

/** Too big, too small or right: every running container of the inventory by its recorded usage. Pure. */
export function rightsize({ inventory, history, overSeconds, now }: RightsizingInput): Rightsizing {
  const running = inventory.containers
    .filter(({ status, template, stale }) => status === "running" && !template && !stale)
    .sort((a, b) => a.vmid - b.vmid);
  const advice = running.flatMap((container) => advise(container, history.get(container.vmid), overSeconds, now));
  const nodes = inventory.nodes
    .filter(({ name }) => running.some(({ node }) => node === name))
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
    .map(({ name, cores, memoryLimit }): NodeBalance => {
      const here = advice.filter(({ node }) => node === name);
      return {
        node: name,
        containers: running.filter(({ node }) => node === name).length,
        cores,
        gib: memoryLimit === null ? null : tidy(memoryLimit / 1024 ** 3),
        coresGiven: given(here, "cores"),
        gibGiven: tidy(given(here, "MiB") / 1024),
        ...balanceOf(here),
      };
    });
  return {
    overSeconds,
    containers: running.length,
    advice,
    nodes,
    total: balanceOf(advice),
    left: {
      stopped: inventory.containers.filter((container) => !container.template && !isRunning(container)).length,
      templates: inventory.containers.filter(({ template }) => template).length,
    },
  };
}

const counted: ReadonlySet<Confidence> = new Set(["high", "medium"]);

function balanceOf(advice: readonly Advice[]): Balance {
  const sum = (unit: Advice["unit"], verdict: Advice["verdict"]): number =>
    advice
      .filter((one) => one.unit === unit && one.verdict === verdict && counted.has(one.confidence))
      .reduce((total, { from, to }) => total + Math.abs((to ?? 0) - (from ?? 0)), 0);
  return {
    coresToFree: tidy(sum("cores", "too-big")),
    coresMissing: tidy(sum("cores", "too-small")),
    gibToFree: tidy(sum("MiB", "too-big") / 1024),
    gibMissing: tidy(sum("MiB", "too-small") / 1024),
  };
}

function given(advice: readonly Advice[], unit: Advice["unit"]): number {
  return tidy(advice.reduce((total, one) => total + (one.unit === unit ? (one.from ?? 0) : 0), 0));
}

function isRunning({ status, stale }: Container): boolean {
  return status === "running" && !stale;
}

function tidy(figure: number): number {
  return Math.round(figure * 100) / 100;
}
