/** Ids of containers; both ends belong to it, and a single id has equal ends. */
export interface VmidRange {
  readonly first: number;
  readonly last: number;
}
