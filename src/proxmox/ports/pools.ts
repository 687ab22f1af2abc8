import type { Pool, PoolMembers } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";

export interface PoolPort {
  list(options?: RequestOptions): Promise<readonly Pool[]>;

  members(pool: string, options?: RequestOptions): Promise<PoolMembers>;

  create(pool: string, options?: RequestOptions & { readonly comment?: string }): Promise<void>;

  /** Only an empty pool goes. */
  remove(pool: string, options?: RequestOptions): Promise<void>;

  /** Puts containers into a pool; one that is in another is refused unless `move` takes it out there. */
  add(pool: string, vmids: readonly number[], options?: RequestOptions & { readonly move?: boolean }): Promise<void>;

  take(pool: string, vmids: readonly number[], options?: RequestOptions): Promise<void>;
}
