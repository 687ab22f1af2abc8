/** What containers stand under in the tree. */
export const groupings = ["node", "pool", "tag", "policy", "status", "none"] as const;
export type Grouping = (typeof groupings)[number];

/** What their order is by. Of figures the largest come first. */
export const sortings = ["id", "name", "cpu", "memory"] as const;
export type Sorting = (typeof sortings)[number];

/** How a person wants to see the containers. */
export interface Arrangement {
  readonly groupBy: Grouping;
  readonly sortBy: Sorting;
  /** As it was typed, see `filter.ts`; empty: everything is shown. */
  readonly filter: string;
}

export const usualArrangement: Arrangement = { groupBy: "node", sortBy: "id", filter: "" };

export function isGrouping(value: unknown): value is Grouping {
  return (groupings as readonly unknown[]).includes(value);
}

export function isSorting(value: unknown): value is Sorting {
  return (sortings as readonly unknown[]).includes(value);
}
