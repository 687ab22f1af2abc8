/** One possible value. */
export interface ValueChoice {
  /** As it stands in the file, quotes included where it needs them. */
  readonly text: string;
  readonly detail?: string;
  readonly documentation?: string;
  /** What typing finds it by, where that is more than its text. */
  readonly search?: string;
  readonly kind: "choice" | "unit" | "live" | "example" | "reference";
}
