import type { Sized } from "./recommendation.js";
import type { DiskSubject, Subject } from "./subject.js";

interface Changing {
  /** Its place among the decisions of the plan. */
  readonly place: number;
  readonly recommendation: Sized;
  /** True where a node in danger asks for it: it comes before all others. */
  urgent: boolean;
}

/** A change of CPU or memory in the making. */
export interface SizeDraft extends Changing {
  readonly kind: "size";
  readonly subject: Subject;
}

/** The growth of a disk in the making. */
export interface DiskDraft extends Changing {
  readonly kind: "disk";
  readonly subject: DiskSubject;
}

/** A change in the making: the rules for several containers write into its recommendation, and look at the rest. */
export type Draft = SizeDraft | DiskDraft;
