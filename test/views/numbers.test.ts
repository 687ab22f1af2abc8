import { describe, expect, it } from "vitest";
import { formatTick, formatValue, tickSteps, type PanelUnit } from "../../src/views/charts/format.js";
import { statisticsOf } from "../../src/views/charts/statistics.js";
import { csvOf } from "../../src/views/index.js";
import { chart, columns, minute, noon, thing } from "./charts.js";

describe("values for people", () => {
  it.each<[number | null, PanelUnit, string]>([
    [null, "bytes", "–"],
    [0, "cores", "0 cores"],
    [1, "cores", "1 core"],
    [0.0423, "cores", "0.04 cores"],
    [12.34, "cores", "12 cores"],
    [1.5 * 1024 ** 3, "bytes", "1.5 GiB"],
    [2048, "bytesPerSecond", "2 KiB/s"],
    [0.4216, "fraction", "42 %"],
    [0.0042, "fraction", "0.42 %"],
  ])("%s %s is %s", (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it("stand shorter at an axis, whose steps rise", () => {
    expect(formatTick(2, "cores")).toBe("2");
    expect(formatTick(0, "bytes")).toBe("0");
    for (const unit of ["cores", "bytes", "bytesPerSecond", "fraction"] as const) {
      const steps = tickSteps(unit);
      expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    }
  });
});

describe("what a line comes to", () => {
  it("is nothing where nothing is known", () => {
    expect(statisticsOf([1, 2], [null, undefined], 60)).toBeNull();
  });

  it("weighs each point by the time it stands for, a step at most", () => {
    // A minute of 6, then ten seconds of 0 after ten minutes of nothing: only the last step of those counts.
    const times = [0, 600, 610].map((seconds) => seconds * 1000);
    expect(statisticsOf(times, [6, null, 0], 60)).toEqual({
      last: 0,
      average: (6 * 60) / 70,
      highest: 6,
      highestAt: 0,
    });
  });

  it("passes over times of others", () => {
    expect(statisticsOf([0, 30_000, 60_000], [2, undefined, 4], 60)?.average).toBe(3);
  });
});

describe("CSV", () => {
  const web = thing("web-1 (101)", columns({ cpu: [0.5, null], memory: [1024, null] }, ["running", "off"]));

  it("has a row for each thing and time, with an empty field where nothing is known", () => {
    const live = { times: [noon + 10_000], conditions: ["running"] as const, values: { swap: [0] } };
    const lines = csvOf(chart([{ ...web, live }], { to: noon + minute })).split("\r\n");
    expect(lines[0]).toMatch(/^time,name,state,cpu_cores,cpu_limit_cores,memory_bytes,/u);
    expect(lines.slice(1).map((line) => line.split(",").slice(0, 8).join(","))).toEqual([
      "2026-11-21T11:59:00.000Z,web-1 (101),running,0.5,,1024,,",
      "2026-11-21T12:00:00.000Z,web-1 (101),off,,,,,",
      "2026-11-21T12:00:10.000Z,web-1 (101),running,,,,,0",
      "",
    ]);
    expect(new Set(lines.slice(0, -1).map((line) => line.split(",").length))).toEqual(new Set([19]));
  });

  it("has names that no spreadsheet takes for a formula or two fields", () => {
    const name = '=HYPERLINK("x"), y';
    const line = csvOf(chart([thing(name, columns({ cpu: [1] }))])).split("\r\n")[1];
    expect(line).toMatch(/^2026-11-21T12:00:00\.000Z,"'=HYPERLINK\(""x""\), y",running,1,/u);
  });
});
