import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readTrace,
  TraceError,
  traceHeader,
  traceLine,
  TraceReader,
  type Trace,
  type TraceRow,
} from "../../src/engine/index.js";

const line = "2026-11-20T00:00:00Z,101,pve1,web-1,0.42,2,402653184,1073741824";

function rowsOf(trace: Trace): readonly TraceRow[] {
  const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
  return Array.from({ length: trace.length }, (_, index) => ({
    time: trace.time[index]!,
    ...trace.places[trace.place[index]!]!,
    cpu: known(trace.cpu[index]),
    cores: known(trace.cores[index]),
    memory: known(trace.memory[index]),
    memoryLimit: known(trace.memoryLimit[index]),
  }));
}

function faultOf(text: string): string {
  try {
    readTrace(text);
  } catch (error) {
    if (error instanceof TraceError) return error.message;
    throw error;
  }
  return "none";
}

describe("reading a trace", () => {
  it("takes the columns as the header names them", () => {
    expect(rowsOf(readTrace(`${traceHeader}${line}\n`))).toEqual([
      {
        time: Date.UTC(2026, 10, 20),
        vmid: 101,
        node: "pve1",
        name: "web-1",
        cpu: 0.42,
        cores: 2,
        memory: 402_653_184,
        memoryLimit: 1_073_741_824,
      },
    ]);
  });

  it("takes an empty cell as unknown, not as 0", () => {
    const [row] = rowsOf(readTrace(`${traceHeader}2026-11-20T00:00:00Z,101,,,,,,`));
    expect(row).toMatchObject({ node: "", name: "", cpu: null, cores: null, memory: null, memoryLimit: null });
  });

  it.each([
    ["the byte order mark of a spreadsheet", `\uFEFF${traceHeader}${line}\n`],
    ["lines that end as on Windows", `${traceHeader}${line}\n`.replaceAll("\n", "\r\n")],
    ["no line end after the last line", `${traceHeader}${line}`],
    ["empty lines at the end", `${traceHeader}${line}\n\n\n`],
    ["cells in quotes", `${traceHeader}${line.replace("web-1", '"web-1"').replace("0.42", '"0.42"')}\n`],
    ["an offset for the zone", `${traceHeader}${line.replace("00:00:00Z", "01:00:00+01:00")}\n`],
  ])("takes %s", (_, text) => {
    expect(rowsOf(readTrace(text))).toEqual(rowsOf(readTrace(`${traceHeader}${line}\n`)));
  });

  it("knows a container on another node, or with another name, as the same one", () => {
    const text = [
      "2026-11-20T00:00:00Z,101,pve1,web-1,0.1,2,1,2",
      "2026-11-20T00:01:00Z,101,pve2,web-1,0.2,2,1,2",
      "2026-11-20T00:02:00Z,101,pve1,web-1,0.3,2,1,2",
    ].join("\n");
    const trace = readTrace(traceHeader + text);
    expect(trace.places).toEqual([
      { vmid: 101, node: "pve1", name: "web-1" },
      { vmid: 101, node: "pve2", name: "web-1" },
    ]);
    expect([...trace.place]).toEqual([0, 1, 0]);
  });

  it.each([
    ["", "line 1: the file is empty; it begins with time,vmid,node,name,cpu,cores,memory,memory_limit"],
    [
      "a,b\n1,2\n",
      "line 1: this is not the header of a trace; it is time,vmid,node,name,cpu,cores,memory,memory_limit",
    ],
    [
      "time,vmid,cpu\n",
      "line 1: the header has no node, name, cores, memory, memory_limit; it is time,vmid,node,name,cpu,cores,memory,memory_limit",
    ],
    [`${traceHeader}${line},7`, "line 2: there are 9 cells, not 8"],
    [`${traceHeader}\n${line}\n`, "line 2: the line is empty"],
    [`${traceHeader}${line}\n${line}\n`, "line 3: container 101 has two readings at 2026-11-20T00:00:00Z"],
    [
      `${traceHeader}${line}\n${line.replace("11-20", "11-19")}`,
      "line 3: 2026-11-19T00:00:00Z is earlier than 2026-11-20T00:00:00Z before it; a trace is ordered by time",
    ],
    [traceHeader + line.replace("0.42", "NaN"), 'line 2: cpu is "NaN", not a number; an unknown one is left empty'],
    [
      traceHeader + line.replace("0.42", "Infinity"),
      'line 2: cpu is "Infinity", not a number; an unknown one is left empty',
    ],
    [traceHeader + line.replace("0.42", "0x10"), 'line 2: cpu is "0x10", not a number; an unknown one is left empty'],
    [traceHeader + line.replace("0.42", "-0.5"), "line 2: cpu is -0.5, and can't be negative"],
    [traceHeader + line.replace("101", "1e3"), 'line 2: vmid is "1e3", not a whole number from 100 on'],
    [traceHeader + line.replace("101", ""), "line 2: vmid is empty, not a whole number from 100 on"],
    [
      traceHeader + line.replace("00:00:00Z", "00:00:00"),
      "line 2: time is 2026-11-20T00:00:00, without a time zone; UTC is a Z at the end",
    ],
    [traceHeader + line.replace("11-20", "02-30"), "line 2: there is no time 2026-02-30T00:00:00Z"],
    [
      traceHeader + line.replace(/^[^,]+/u, "1763596800"),
      'line 2: time is "1763596800", not like 2026-11-20T00:00:00Z',
    ],
    [traceHeader + line.replace("web-1", '"web-1'), "line 2: a quote is opened and not closed"],
    [
      traceHeader + line.replace("web-1", 'we"b'),
      "line 2: a quote stands inside of a cell that does not begin with one",
    ],
    [
      traceHeader + line.replace("web-1", '"we"b'),
      "line 2: something follows a quote that is closed; a quote in a name is doubled",
    ],
    [
      `${traceHeader}${line.replace("web-1", '"a\nb"')}\n${line}`,
      "line 4: container 101 has two readings at 2026-11-20T00:00:00Z",
    ],
  ])("says what is wrong with %j", (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });
});

describe("a trace that was written", () => {
  const figure = fc.option(
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    { nil: null },
  );
  const row = fc.record({
    time: fc.integer({ min: 0, max: 4e12 }),
    vmid: fc.integer({ min: 100, max: 999_999_999 }),
    node: fc.string({ unit: "binary" }),
    name: fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "é", "\u{1F980}", " ") }),
    cpu: figure,
    cores: figure,
    memory: figure,
    memoryLimit: figure,
  });

  it("reads back as it was, however its bytes arrive", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { selector: ({ time }) => time }),
        fc.integer({ min: 1, max: 50 }),
        (drawn, size) => {
          const rows = drawn.toSorted((a, b) => a.time - b.time);
          const bytes = new TextEncoder().encode(traceHeader + rows.map(traceLine).join(""));
          const reader = new TraceReader();
          for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
          expect(rowsOf(reader.finish())).toEqual(rows);
        },
      ),
    );
  });
});
