import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One request of a recording and its answer. */
export interface Exchange {
  readonly name: string;
  readonly method: string;
  /** Below `/api2/json`. */
  readonly path: string;
  /** FULL, BOB, ALICE, SEP or `-`. */
  readonly credentials: string;
  readonly headers: readonly string[];
  readonly cookie: string | null;
  readonly data: string | null;
  readonly status: number;
  readonly reason: string;
  readonly body: string;
}

const directory = join(import.meta.dirname, "../fixtures/recordings");

/** Reads a recording of requests to a real Proxmox VE. */
export function readRecording(file: string): Exchange[] {
  const text = readFileSync(join(directory, file), "utf8");
  const blocks = text.matchAll(/^### (\S+)\n```\n([\s\S]*?)\n```$/gmu);
  return [...blocks].map(([, name = "", block = ""]) => readBlock(name, block));
}

function readBlock(name: string, block: string): Exchange {
  const lines = block.split("\n");
  const request = /^(\S+) (\S+) {2}token=(\S+) *(.*)$/u.exec(lines[0] ?? "");
  const answer = /^HTTP\/1\.1 (\d+) (.*)$/u.exec(lines[1] ?? "");
  if (request === null || answer === null) throw new Error(`can't read the recording of ${name}`);
  const blank = lines.indexOf("", 2);
  const options = ` ${request[4] ?? ""}`;
  const option = (flag: string) =>
    [...options.matchAll(new RegExp(` ${flag} (.*?)(?= --data | -H | -b | -v| --path-as-is|$)`, "gu"))].map(
      (match) => match[1] ?? "",
    );
  return {
    name,
    method: request[1] ?? "",
    path: request[2] ?? "",
    credentials: request[3] ?? "",
    headers: option("-H"),
    cookie: option("-b")[0] ?? null,
    data: option("--data")[0] ?? null,
    status: Number(answer[1]),
    reason: answer[2] ?? "",
    body: lines
      .slice(blank + 1)
      .join("\n")
      .trim(),
  };
}
