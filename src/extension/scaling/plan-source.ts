import type { ReadInclude } from "../../config/index.js";
import { ProblemError } from "../base/problem.js";

/** The text that a plan is made from, as it is in the editor: saved or not. */
export interface PlanSource {
  /** Where it is, as a URI. */
  readonly uri: string;
  /** For people: `autoscaler.yaml`. */
  readonly name: string;
  readonly text: string;
}

/** What may be read besides the text. Both are empty in a workspace that is not trusted. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string | null;
  /** Reads what the file at an address includes. */
  readonly readInclude: (uri: string) => ReadInclude;
  /** Whether servers that a file names may be asked: only in a trusted workspace. */
  readonly mayConnect?: boolean;
}

/** Findings of severity error: there is no plan of such a file. */
export class FileError extends ProblemError {
  constructor(
    sentence: string,
    readonly findings: number,
  ) {
    super({ kind: "failed", sentence });
  }
}
