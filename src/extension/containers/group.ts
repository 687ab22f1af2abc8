import type { Container } from "../../model/index.js";
import type { Grouping } from "./arrangement.js";

/** What stands together under one row. */
export interface Group {
  /** Names it within its cluster, and keeps doing so: `node:pve1`, `tag:web`, `favourites`. */
  readonly key: string;
  readonly kind: Exclude<Grouping, "none"> | "favourites";
  /** `pve1`, `web`; `null` for what has no pool, no tag or no policy; empty for policies where there is no file that has any. */
  readonly name: string | null;
  /** Those that are shown, in order. */
  readonly containers: readonly Container[];
  /** How many there are with those that the filter holds back. */
  readonly total: number;
}
