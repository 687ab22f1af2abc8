/** A pool: containers and storages that are granted together. */
export interface Pool {
  readonly name: string;
  readonly comment: string | null;
}

export interface PoolMembers extends Pool {
  readonly containers: readonly number[];
  readonly storages: readonly string[];
}
