import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { panelsOf, type Panel, type PanelKey, type PanelOptions } from "../../src/views/charts/panels.js";
import type { ChartDocument, ChartMark, Condition } from "../../src/views/index.js";
import { chart, columns, minute, noon, thing } from "./charts.js";

const shown: PanelOptions = { share: false, limits: true };

function panel(document: ChartDocument, key: PanelKey, options = shown): Panel {
  const found = panelsOf(document, options).panels.find((one) => one.key === key);
  if (found === undefined) throw new Error(`there is no panel ${key}`);
  return found;
}

const lines = (of: Panel): readonly unknown[] => of.lines.map(({ name, values }) => [name, ...values]);

describe("a chart of one container", () => {
  const web = thing("web-1 (101)", columns({ cpu: [0.5, null, 1], cpuLimit: [2, 2, 4], netIn: [10, 20, 30] }));

  it("has usage and limit as lines, in their own units", () => {
    const cpu = panel(chart([web]), "cpu");
    expect(cpu.unit).toBe("cores");
    expect(lines(cpu)).toEqual([
      ["in use", 0.5, null, 1],
      ["limit", 2, 2, 4],
    ]);
  });

  it("shows usage as a share of the limit that was in force then", () => {
    const cpu = panel(chart([web]), "cpu", { share: true, limits: true });
    expect(cpu.unit).toBe("fraction");
    expect(lines(cpu)).toEqual([
      ["in use", 0.25, null, 0.25],
      ["limit", 1, 1, 1],
    ]);
  });

  it("leaves what has no limit in its amounts", () => {
    const network = panel(chart([web]), "network", { share: true, limits: true });
    expect(network.unit).toBe("bytesPerSecond");
    expect(lines(network)[0]).toEqual(["in", 10, 20, 30]);
  });

  it("says in words why a panel is empty", () => {
    expect(panel(chart([web]), "swap").nothing).toMatch(/records no swap of containers/u);
    expect(panel(chart([web]), "pressure").nothing).toMatch(/takes Proxmox VE 9/u);
    expect(panel(chart([thing("x", columns({}))]), "pressure").nothing).toBe("Nothing was recorded in this span.");
    expect(panel(chart([web]), "cpu").nothing).toBeNull();
  });

  it("goes on with what was seen since", () => {
    const live = { times: [noon + 10_000], conditions: ["running"] as const, values: { cpu: [3], swap: [7] } };
    const document = chart([{ ...web, live }], { to: noon + minute });
    expect(lines(panel(document, "cpu"))[0]).toEqual(["in use", 0.5, null, 1, 3]);
    expect(lines(panel(document, "swap"))[0]).toEqual(["in use", null, null, null, 7]);
  });

  it("draws nothing from before its span", () => {
    const document = chart([web], { from: noon - minute });
    expect(panelsOf(document, shown).times).toEqual([noon - minute, noon]);
    expect(lines(panel(document, "cpu"))[0]).toEqual(["in use", null, 1]);
  });

  it("has a band for each stretch of time without usage", () => {
    const states: readonly Condition[] = ["running", "off", "off", "unknown", "running"];
    const recorded = columns({ cpu: [1, null, null, null, 1] }, states);
    expect(panelsOf(chart([thing("x", recorded)]), shown).bands).toEqual([
      { from: noon - 4 * minute, to: noon - 2 * minute, condition: "off" },
      { from: noon - 2 * minute, to: noon - minute, condition: "unknown" },
    ]);
  });

  it("has the marks of its span at the panel that they are about", () => {
    const mark = (time: number): ChartMark => ({
      time,
      name: "web-1 (101)",
      panel: "memory",
      direction: "up",
      change: "memory 1 GiB → 2 GiB",
      run: "r1",
      reasons: [],
    });
    const document = chart([web], { marks: [mark(noon - 90 * minute), mark(noon - minute)] });
    expect(panel(document, "memory").marks).toEqual([mark(noon - minute)]);
    expect(panel(document, "cpu").marks).toEqual([]);
  });
});

describe("containers compared", () => {
  const one = thing("a (1)", columns({ cpu: [1, 2], cpuLimit: [4, 4], netIn: [1, 2], netOut: [10, 20] }));
  const other = thing("b (2)", {
    times: [noon - minute, noon - 30_000],
    conditions: ["running", "running"],
    values: { cpu: [5, null], cpuLimit: [8, 8], pressureCpu: [0.1, 0.2], pressureIo: [0.3, 0.1] },
  });

  it("have a line each, with gaps of their own and none where only the other has a time", () => {
    const document = chart([one, other]);
    expect(panelsOf(document, shown).times).toEqual([noon - minute, noon - 30_000, noon]);
    expect(lines(panel(document, "cpu", { share: false, limits: false }))).toEqual([
      ["a (1)", 1, undefined, 2],
      ["b (2)", 5, null, undefined],
    ]);
  });

  it("show one limit for all as shares", () => {
    expect(
      lines(panel(chart([one, other]), "cpu", { share: true, limits: true })).map((line) => (line as string[])[0]),
    ).toEqual(["a (1)", "limit", "b (2)"]);
  });

  it("add up what flows both ways, and take the worst pressure", () => {
    expect(lines(panel(chart([one, other]), "network"))[0]).toEqual(["a (1)", 11, undefined, 22]);
    expect(lines(panel(chart([one, other]), "pressure"))[1]).toEqual(["b (2)", 0.3, 0.2, undefined]);
  });

  it("have no bands: nobody could tell whose they are", () => {
    expect(panelsOf(chart([one, thing("off", columns({}, ["off", "off"]))]), shown).bands).toEqual([]);
  });
});

it("a node waits for disks instead of having traffic on them", () => {
  const document = chart([thing("pve1", columns({ ioWait: [0.01, 0.02] }))], { kind: "node" });
  const io = panel(document, "io");
  expect([io.title, io.unit]).toEqual(["Waiting for disks", "fraction"]);
  expect(lines(io)).toEqual([["CPUs' time", 0.01, 0.02]]);
});

it("every line of every panel has a value, a gap or nobody's time at each of the times", () => {
  const column = fc.array(fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })), { minLength: 3, maxLength: 3 });
  const things = fc.array(fc.record({ cpu: column, cpuLimit: column, memory: column, netIn: column }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(things, fc.boolean(), fc.boolean(), (list, share, limits) => {
      const document = chart(list.map((values, index) => thing(`t${index}`, columns(values))));
      const { times, panels } = panelsOf(document, { share, limits });
      for (const { lines: all } of panels) for (const { values } of all) expect(values).toHaveLength(times.length);
      const keys = panels.flatMap((one) => one.lines.map(({ key }) => key));
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});
