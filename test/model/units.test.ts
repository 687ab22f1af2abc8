import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  formatPercentage,
  formatSize,
  meantDuration,
  meantPercentage,
  meantSize,
  parseDuration,
  parsePercentage,
  parseSize,
} from "../../src/model/index.js";

describe("durations", () => {
  it.each([
    ["30s", 30],
    ["2m", 120],
    ["1h30m", 5400],
    ["7d", 604_800],
    ["1d2h3m4s", 93_784],
    ["0s", 0],
  ])("reads %s as %d seconds", (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(["", "60", "1.5h", "1 m", "30m1h", "m", "-5s", "1M", "500ms", "1h1h", "99999999999999999999d"])(
    "refuses %j",
    (text) => expect(parseDuration(text)).toBeNull(),
  );

  it.each([
    ["60", "60s"],
    ["5 min", "5m"],
    ["2 hours", "2h"],
    ["1.5h", "1h30m"],
    ["1 week", "7d"],
    ["500ms", null],
    ["soon", null],
  ])("takes %j for %s", (text, meant) => expect(meantDuration(text)).toBe(meant));

  it("reads back what it prints", () => {
    fc.assert(fc.property(fc.nat(10 ** 9), (seconds) => parseDuration(formatDuration(seconds)) === seconds));
  });
});

describe("sizes", () => {
  it.each([
    ["512MiB", 512],
    ["8GiB", 8192],
    ["1.5GiB", 1536],
    ["2TiB", 2_097_152],
    ["512KiB", 0.5],
  ])("reads %s as %d MiB", (text, size) => expect(parseSize(text)).toBe(size));

  it.each(["", "512", "512MB", "8G", "8gib", "1 GiB", "-1MiB", ".5GiB", "1e3MiB"])("refuses %j", (text) =>
    expect(parseSize(text)).toBeNull(),
  );

  it.each([
    ["512", "512MiB"],
    ["512MB", "512MiB"],
    ["512m", "512MiB"],
    ["8G", "8GiB"],
    ["8 gb", "8GiB"],
    ["8gib", "8GiB"],
    ["512B", null],
    ["large", null],
  ])("takes %j for %s", (text, meant) => expect(meantSize(text)).toBe(meant));

  it("reads back what it prints", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (size) => parseSize(formatSize(size)) === size));
  });

  it("prints the largest unit that says it exactly", () => {
    expect([512, 1000, 1536, 8192, 2_097_152].map(formatSize)).toEqual(["512MiB", "1000MiB", "1.5GiB", "8GiB", "2TiB"]);
  });
});

describe("shares", () => {
  it.each([
    ["80%", 0.8],
    ["12.5%", 0.125],
    ["0%", 0],
    ["110%", 1.1],
  ])("reads %s as %d", (text, fraction) => expect(parsePercentage(text)).toBe(fraction));

  it.each(["", "80", "0.8", "80 %", "-1%", "%", "8%0"])("refuses %j", (text) =>
    expect(parsePercentage(text)).toBeNull(),
  );

  it.each([
    ["80", "80%"],
    ["0.8", "80%"],
    ["80 %", "80%"],
    ["80 percent", "80%"],
    ["most", null],
  ])("takes %j for %s", (text, meant) => expect(meantPercentage(text)).toBe(meant));

  it("reads back what it prints", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (thousandths) => {
        const fraction = thousandths / 100_000;
        return parsePercentage(formatPercentage(fraction)) === fraction;
      }),
    );
  });
});

describe("figures for people", () => {
  it("prints bytes with few digits", () => {
    expect([0, 512, 1000, 1536, 402_653_184, 1_073_741_824, 8 * 2 ** 40].map(formatBytes)).toEqual([
      "0 B",
      "512 B",
      "1 KiB",
      "1.5 KiB",
      "384 MiB",
      "1 GiB",
      "8 TiB",
    ]);
  });

  it("prints shares with a blank, and at most one decimal", () => {
    expect([0.8, 0.333, 1].map(formatPercent)).toEqual(["80 %", "33.3 %", "100 %"]);
  });
});
