import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAutoscalerFile, type AutoscalerConfig } from "../../src/config/index.js";
import { readTrace, reasonText, replay, traceHeader, type Trace } from "../../src/engine/index.js";
import { replayReport } from "../../src/extension/replay/replay-report.js";
import { runReplay } from "../../src/extension/replay/replay-run.js";
import { readTraceFile } from "../../src/extension/replay/trace-file.js";
import * as operate from "../../src/operate/index.js";

const never = new AbortController().signal;
const mebibyte = 1024 ** 2;

/** Two containers over two hours, a reading a minute: one is short of CPU, one of nothing. */
const text =
  traceHeader +
  Array.from({ length: 120 }, (_, minute) => {
    const time = new Date(Date.parse("2026-11-20T10:00:00Z") + minute * 60_000).toISOString();
    return [
      `${time},101,pve1,web-1,0.97,2,${400 * mebibyte},${1024 * mebibyte}\n`,
      `${time},102,pve1,[mail](x),0.3,2,${300 * mebibyte},${1024 * mebibyte}\n`,
    ].join("");
  }).join("");

function config(max: number, file = "autoscaler.yaml"): AutoscalerConfig {
  const policies = [
    `  - name: web\n    match: { names: ["web-*"] }\n    cpu: { min: 1, max: ${max}, target: 60% }`,
    `  - name: mail\n    match: { vmids: [102] }\n    cpu: { min: 1, max: 4, target: 60% }`,
  ];
  const read = readAutoscalerFile(`version: 1\ntimezone: UTC\npolicies:\n${policies.join("\n")}\n`, { file }).config;
  if (read === null) throw new Error("the file has errors");
  return read;
}

const trace: Trace = readTrace(text);

describe("a replay in the editor", () => {
  it("comes to what the engine comes to at once, and lists every change", async () => {
    const told: number[] = [];
    const [shown] = await runReplay({
      configs: [config(8)],
      source: { trace },
      signal: never,
      onProgress: (done) => told.push(done),
    });
    expect(shown?.replay).toEqual(replay({ config: config(8), trace }));
    expect(shown?.log).toHaveLength(shown?.replay.changes ?? -1);
    expect(told.every((done, index) => done >= (told[index - 1] ?? 0) && done <= 1)).toBe(true);
  });

  it("ends when it is told to", async () => {
    const abort = new AbortController();
    const long = readTrace(
      traceHeader +
        Array.from({ length: 20_000 }, (_, minute) => {
          const time = new Date(Date.parse("2026-11-01T00:00:00Z") + minute * 60_000).toISOString();
          return `${time},101,pve1,web-1,0.5,2,${400 * mebibyte},${1024 * mebibyte}\n`;
        }).join(""),
    );
    const running = runReplay({
      configs: [config(8)],
      source: { trace: long },
      signal: abort.signal,
      onProgress: () => abort.abort(new Error("enough")),
    });
    await expect(running).rejects.toThrow("enough");
  });
});

async function report(configs: readonly AutoscalerConfig[], about: ReadonlySet<number> | null = null): Promise<string> {
  const shown = await runReplay({ configs, source: { trace }, signal: never, onProgress: () => undefined });
  const replayed = operate.replayedTrace(trace);
  return replayReport({ title: "Replay of it", trace: replayed, shown, about, words: operate, reasonText });
}

describe("what is shown of a replay", () => {
  it("has the figures, and each container's changes with time, sizes and reasons", async () => {
    const shown = await report([config(8)]);
    expect(shown).toContain("Over 240 readings of 2 containers, 2026-11-20 10:00 to 2026-11-20 11:59 UTC.");
    expect(shown).toMatch(/^### 101 web-1\n\n\|.*\n\|.*\n\| 2026-11-20 10:\d\d \| cores \| 2 → \d \| \S/mu);
    expect(shown).not.toContain("difference");
  });

  it("sets what is beside what would be, and says by how much they differ", async () => {
    const shown = await report([config(2, "saved"), config(8, "as typed")]);
    expect(shown).toMatch(/^\| saved \| /mu);
    expect(shown).toMatch(/^\| as typed \| /mu);
    expect(shown).toMatch(/^\| \*\*difference\*\* \|.*[+−]\d+ %/mu);
    expect(shown).toContain("## Changes of as typed");
  });

  it("is about the containers of one policy where that was asked about", async () => {
    const shown = await report([config(8)], new Set([102]));
    expect(shown).toContain("of 1 container,");
    expect(shown).not.toContain("web-1");
  });

  it("shows names as they are, whatever Markdown would make of them", async () => {
    expect(await report([config(8)])).toContain(String.raw`102 \[mail\](x)`);
  });

  it("says so where nothing would change, or nothing is managed", async () => {
    expect(await report([config(8)], new Set())).toContain("None of the containers in the record is managed.");
    expect(await report([config(8)], new Set())).toContain("None: every size stays as it was.");
  });
});

describe("a trace that was picked", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lxc-autoscaler-trace-"));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const read = async (content: string | Uint8Array, signal = never): Promise<Trace> => {
    const path = join(folder, "usage.csv");
    await writeFile(path, content);
    return readTraceFile(path, signal, () => undefined);
  };

  it("is read whole", async () => {
    expect((await read(text)).length).toBe(trace.length);
  });

  it("is refused with its name and the line at fault where it is none", async () => {
    await expect(read("a,b\n1,2\n")).rejects.toThrow(/^usage\.csv, line 1/u);
    await expect(read(new Uint8Array([1, 0, 2]))).rejects.toThrow("usage.csv is a binary file");
    await expect(readTraceFile(join(folder, "none.csv"), never, () => undefined)).rejects.toThrow(/can't be read: /u);
  });

  it("is left when the person cancels", async () => {
    await expect(read(text, AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
  });
});
