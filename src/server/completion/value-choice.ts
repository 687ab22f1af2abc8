/** One possible value. */
export interface ValueChoice {
  /** The value itself, without quotes; or, with `isYaml`, as it stands in the file. */
  readonly text: string;
  /** `text` is written as it is: brackets, numbers, quotes of its own. */
  readonly isYaml?: boolean;
  readonly detail?: string;
  readonly documentation?: string;
  /** What typing finds it by, where that is more than its text. */
  readonly search?: string;
  readonly isDefault?: boolean;
  readonly kind: "choice" | "unit" | "live" | "example" | "reference" | "file";
}
