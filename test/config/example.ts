import { readFileSync } from "node:fs";
import type { Finding } from "../../src/model/index.js";
import { readAutoscalerFile } from "../../src/config/index.js";
import type { AutoscalerConfig, ReadOptions } from "../../src/config/index.js";

/** The example of the contract, as it stands there. */
export const example = readFileSync(new URL("../fixtures/contract-example.autoscaler.yaml", import.meta.url), "utf8");

/** With the example's one reference set, so that a broken variant has its own finding alone. */
export const environment = { PROXMOX_TOKEN: "root@pam!autoscaler=00000000-0000-0000-0000-000000000000" };

export interface Marked {
  readonly text: string;
  /** `line:column-endLine:endColumn`, 1-based, UTF-16. */
  readonly range: string;
}

/** Takes the markers «…» out of a text and says where they stood. */
export function unmark(marked: string): Marked {
  const start = marked.indexOf("«");
  const end = marked.indexOf("»") - 1;
  if (start === -1 || end < start) throw new Error(`No «…» in: ${marked}`);
  const text = marked.replace("«", "").replace("»", "");
  const place = (offset: number): string => {
    const before = text.slice(0, offset).split("\n");
    return `${before.length}:${before.at(-1)!.length + 1}`;
  };
  return { text, range: `${place(start)}-${place(end)}` };
}

export function rangeOf({ line, column, endLine, endColumn }: Finding): string {
  return `${line}:${column}-${endLine}:${endColumn}`;
}

/** What a finding comes down to for a comparison. */
export function brief(finding: Finding): string {
  return `${finding.code} ${rangeOf(finding)}`;
}

export function read(text: string, options: Partial<ReadOptions> = {}): ReturnType<typeof readAutoscalerFile> {
  return readAutoscalerFile(text, { file: "autoscaler.yaml", environment, ...options });
}

/** The configuration of a text that has no error. */
export function configOf(text: string, options: Partial<ReadOptions> = {}): AutoscalerConfig {
  const { config, findings } = read(text, options);
  if (config === null) throw new Error(JSON.stringify(findings, null, 1));
  return config;
}

/** The example with one part of it replaced; the part must be there exactly once. */
export function edited(find: string, replace: string): string {
  if (example.split(find).length !== 2) throw new Error(`Not exactly once in the example: ${find}`);
  return example.replace(find, () => replace);
}
