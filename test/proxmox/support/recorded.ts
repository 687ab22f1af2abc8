import { readFileSync } from "node:fs";
import type { Reply } from "./server.js";

/** An answer of a real Proxmox VE 9, as it was recorded. */
export interface RecordedAnswer {
  /** Method and path. */
  readonly request: string;
  readonly status: number;
  readonly reason: string;
  readonly body: string;
}

const fixtures = new URL("../../fixtures/proxmox/", import.meta.url);

const answers = JSON.parse(readFileSync(new URL("answers.json", fixtures), "utf8")) as Readonly<
  Record<string, RecordedAnswer>
>;

/** One of each kind of error that was recorded. */
export const recordedRefusals = JSON.parse(
  readFileSync(new URL("refusals.json", fixtures), "utf8"),
) as readonly RecordedAnswer[];

export function recorded(name: string): Reply {
  const answer = answers[name];
  if (answer === undefined) throw new RangeError(`no recorded answer “${name}”`);
  return answer;
}

/** The `data` of a recorded answer. */
export function recordedData(name: string): unknown {
  return (JSON.parse(recorded(name).body ?? "{}") as { data: unknown }).data;
}
