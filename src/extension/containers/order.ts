import type { Container } from "../../model/index.js";
import type { Sorting } from "./arrangement.js";
import { share } from "./figures.js";

/** Compares as people number things: `web-2` before `web-10`. */
export const { compare: naturally } = new Intl.Collator("en", { numeric: true });

/**
 * Containers in order, and the figures they stand in it by. A figure is taken over anew when it has moved by
 * {@link step}: a list by CPU that followed each digit would jump under the hand that clicks on it.
 */
export interface Ordered {
  readonly containers: readonly Container[];
  readonly figures: ReadonlyMap<number, number>;
}

const step = 0.05;

const figureOf: Readonly<Record<"cpu" | "memory", (container: Container) => number | null>> = {
  cpu: ({ cpu }) => cpu,
  memory: ({ memory, memoryLimit }) => share(memory, memoryLimit),
};

/** Sorts containers, beginning from the order they stood in before: from one read to the next there is hardly anything to move. */
export function ordered(containers: readonly Container[], sortBy: Sorting, before: Ordered | null): Ordered {
  const list = inFormerOrder(containers, before);
  switch (sortBy) {
    case "id":
      return { containers: list.sort(byId), figures: new Map() };
    case "name":
      return { containers: list.sort((a, b) => naturally(a.name, b.name) || byId(a, b)), figures: new Map() };
    case "cpu":
    case "memory": {
      const figures = steady(list, figureOf[sortBy], before?.figures);
      // What is not known comes last.
      const rank = ({ vmid }: Container): number => figures.get(vmid) ?? -1;
      return { containers: list.sort((a, b) => rank(b) - rank(a) || byId(a, b)), figures };
    }
  }
}

function byId(a: Container, b: Container): number {
  return a.vmid - b.vmid;
}

function inFormerOrder(containers: readonly Container[], before: Ordered | null): Container[] {
  if (before === null) return [...containers];
  const present = new Map(containers.map((container) => [container.vmid, container]));
  const list: Container[] = [];
  for (const { vmid } of before.containers) {
    const container = present.get(vmid);
    if (container === undefined) continue;
    list.push(container);
    present.delete(vmid);
  }
  list.push(...present.values());
  return list;
}

function steady(
  containers: readonly Container[],
  figure: (container: Container) => number | null,
  before: ReadonlyMap<number, number> | undefined,
): ReadonlyMap<number, number> {
  const figures = new Map<number, number>();
  for (const container of containers) {
    const value = container.status === "running" && !container.stale ? figure(container) : null;
    if (value === null) continue;
    const former = before?.get(container.vmid);
    figures.set(container.vmid, former !== undefined && Math.abs(value - former) < step ? former : value);
  }
  return figures;
}
