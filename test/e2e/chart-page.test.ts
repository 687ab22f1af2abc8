import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startBrowser } from "../../scripts/lib/browser.js";
import {
  tailOf,
  type ChartDocument,
  type ChartMark,
  type ChartSubject,
  type PageState,
} from "../../src/views/index.js";
import { chart, columns, minute, noon, thing } from "../views/charts.js";
import { openChartFrame, themes, type ChartFrame } from "./chart-page.js";

const subject: ChartSubject = { kind: "containers", containers: [{ cluster: "demo", vmid: 101 }] };
const gibibyte = 1024 ** 3;
const count = 60;
const wave = (index: number): number => 1 + Math.sin(index / 5) / 2;
const each = (value: (index: number) => number | null): readonly (number | null)[] =>
  Array.from({ length: count }, (_, index) => (index >= 20 && index < 30 ? null : value(index)));

const recorded = columns(
  {
    cpu: each(wave),
    cpuLimit: Array.from({ length: count }, (_, index) => (index < 40 ? 2 : 3)),
    memory: each((index) => wave(index) * gibibyte),
    memoryLimit: Array.from({ length: count }, () => 2 * gibibyte),
    disk: each(() => 3 * gibibyte),
    diskLimit: Array.from({ length: count }, () => 8 * gibibyte),
    netIn: each((index) => wave(index) * 1e6),
    netOut: each((index) => wave(index + 7) * 4e5),
    diskRead: each(() => 0),
    diskWrite: each((index) => wave(index) * 1e4),
    pressureCpu: each((index) => wave(index) / 20),
    pressureMemory: each(() => 0),
    pressureIo: each(() => 0.01),
  },
  Array.from({ length: count }, (_, index) => (index >= 20 && index < 30 ? "off" : "running")),
);

const mark: ChartMark = {
  time: noon - 20 * minute,
  name: "web-1 (101)",
  panel: "cpu",
  direction: "up",
  change: "cores 2 → 3",
  run: "20261121T114000Z",
  reasons: ["CPU was at 92 % for 5 minutes, above 80 %."],
};

const one = chart([thing("web-1 (101)", recorded)], { marks: [mark] });

function several(number: number): ChartDocument {
  const things = Array.from({ length: number }, (_, index) =>
    thing(
      `app-${index} (${201 + index})`,
      columns({ cpu: each((at) => wave(at + 3 * index)), cpuLimit: each(() => 4) }),
    ),
  );
  return chart(things, { title: `${number} containers`, subtitle: "demo" });
}

let browser: Browser;
let frame: ChartFrame;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser.close());

beforeEach(async () => {
  frame = await openChartFrame(browser);
});

afterEach(async () => {
  await frame[Symbol.asyncDispose]();
});

const show = async (document: ChartDocument): Promise<void> => {
  await frame.tell({ type: "show", subject, document, texts: {} });
  await frame.page.getByRole("heading", { level: 1, name: document.title }).waitFor();
};

const panel = (title: string) => frame.page.getByRole("region", { name: title, exact: true });
const cursorOf = (title: string) => frame.page.getByRole("slider", { name: `${title}: point in time` });

/** What axe finds wrong. */
async function violations(): Promise<readonly string[]> {
  // A policy without `unsafe-eval` keeps injected scripts out; what the debugger evaluates is not of the page.
  await frame.page.evaluate(axe.source);
  return frame.page.evaluate<readonly string[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, any }) => html + ' ' + any.map(({ message }) => message).join(' ')).join(' | ')))",
  );
}

describe("a chart's page", () => {
  test("says that it is there, and draws what it is told, within its policy", async () => {
    expect(await frame.sent()).toEqual([{ type: "ready" }]);
    await show(one);
    for (const title of ["CPU", "Memory", "Root file system", "Network", "Disk traffic", "Pressure"]) {
      await panel(title).locator("canvas").waitFor();
    }
    expect(await panel("Swap").locator("canvas").count()).toBe(0);
    await panel("Swap")
      .getByText(/records no swap of containers/u)
      .waitFor();
    expect(frame.complaints).toEqual([]);
  });

  test("moves its cursor by keys, over all pictures at once, and says what was there", async () => {
    await show(one);
    const cpu = cursorOf("CPU");
    await cpu.focus();
    await cpu.press("Home");
    expect(await cpu.getAttribute("aria-valuenow")).toBe("0");
    for (let step = 0; step < 4; step += 1) await cpu.press("Shift+ArrowRight");
    expect(await cpu.getAttribute("aria-valuenow")).toBe("40");
    await cpu.press("ArrowLeft");
    expect(await cpu.getAttribute("aria-valuetext")).toMatch(
      /^\d\d:\d\d:\d\d, in use [\d.]+ cores, limit 2 cores, web-1 \(101\) cores 2 → 3$/u,
    );
    expect(await cursorOf("Memory").getAttribute("aria-valuenow")).toBe("39");
    await cpu.press("Home");
    for (let step = 0; step < 25; step += 1) await cpu.press("ArrowRight");
    expect(await cpu.getAttribute("aria-valuetext")).toMatch(/, not running, in use –, limit 2 cores$/u);
    await cpu.press("Escape");
    await frame.page.getByText(/^Newest values: /u).waitFor();
  });

  test("goes from line to line by keys, and hides the one in front", async () => {
    await show(one);
    const network = cursorOf("Network");
    await network.focus();
    await network.press("ArrowDown");
    await network.press("ArrowDown");
    expect(await network.getAttribute("aria-valuetext")).toMatch(/: ?\d\d, out /u);
    await network.press(" ");
    const out = panel("Network").getByRole("button", { name: /^out / });
    expect(await panel("Network").locator("[aria-pressed=false]").count()).toBe(1);
    expect((await frame.state())?.hidden).toEqual(["network/web-1 (101)/netOut"]);
    await panel("Network").locator("[aria-pressed=false]").click();
    expect(await out.getAttribute("aria-pressed")).toBe("true");
  });

  test("asks for another span by key and by pointer", async () => {
    await show(one);
    await frame.page.keyboard.press("3");
    await frame.page.getByText("Year", { exact: true }).click();
    expect((await frame.sent()).slice(1)).toEqual([
      { type: "span", span: "week" },
      { type: "span", span: "year" },
    ]);
  });

  test("has its values as a table, some rows at a time", async () => {
    await show(one);
    await frame.page.getByLabel("Values as a table").check();
    const table = frame.page.getByRole("table", { name: "Rows 1 to 60 of 60, the newest first" });
    await table.waitFor();
    expect(await table.getByRole("columnheader", { name: "CPU, in use" }).count()).toBe(1);
    expect(await table.getByRole("row").count()).toBe(61);
    await show({
      ...one,
      things: [thing("web-1 (101)", columns({ cpu: Array.from({ length: 200 }, () => 1) }))],
      from: 0,
    });
    await frame.page.getByRole("button", { name: "Older" }).click();
    await frame.page.getByRole("table", { name: "Rows 61 to 120 of 200, the newest first" }).waitFor();
  });

  test("follows live, and keeps what somebody looks at", async () => {
    await show(one);
    await cursorOf("CPU").focus();
    await cursorOf("CPU").press("End");
    const value = panel("CPU").getByRole("button", { name: /^in use/u });
    const before = await value.textContent();
    const live = { times: [noon + 10_000], conditions: ["running"] as const, values: { cpu: [2.5], swap: [gibibyte] } };
    const next = { ...one, to: noon + 10_000, from: one.from + 10_000, things: [{ ...one.things[0]!, live }] };
    await frame.tell({ type: "tail", tail: tailOf(next) });
    await panel("Swap").locator("canvas").waitFor();
    expect(await value.textContent()).toBe(before);
    await cursorOf("CPU").press("Escape");
    await expect.poll(() => value.textContent()).toBe("in use2.5 cores");
  });

  test("says what is wrong, with a button that does something about it", async () => {
    await show({ ...one, notices: [{ text: "pve1 does not answer.", action: { run: "retry", title: "Try again" } }] });
    await frame.page.getByRole("status").getByText("pve1 does not answer.").waitFor();
    await frame.page.getByRole("button", { name: "Try again" }).click();
    expect((await frame.sent()).at(-1)).toEqual({ type: "act", action: "retry" });
  });

  test("lists the changes with their reasons, and goes to the one that is opened", async () => {
    await show(one);
    await frame.page.getByText(/▲ web-1 \(101\) cores 2 → 3/u).click();
    await frame.page.getByText("CPU was at 92 % for 5 minutes, above 80 %.").waitFor();
    expect(await cursorOf("CPU").getAttribute("aria-valuenow")).toBe("39");
  });

  test("gives a picture of itself, and asks for CSV", async () => {
    await show(one);
    await frame.page.getByRole("button", { name: "Save as PNG…" }).click();
    await frame.page.getByRole("button", { name: "Save as CSV…" }).click();
    const [png, csv] = (await frame.sent()).slice(1);
    const bytes = Buffer.from(png?.type === "savePng" ? png.png : "", "base64");
    expect(bytes.subarray(0, 8).toString("hex")).toBe("89504e470d0a1a0a");
    // Six pictures below each other.
    expect(bytes.readUInt32BE(20)).toBeGreaterThan(6 * 156);
    expect(csv).toEqual({ type: "saveCsv" });
  });

  test("takes up what was kept of the same thing, and nothing of another's", async () => {
    const kept: PageState = {
      subject,
      span: "hour",
      share: true,
      limits: false,
      table: true,
      hidden: ["cpu/web-1 (101)/cpu"],
    };
    await using again = await openChartFrame(browser, kept);
    await again.tell({ type: "show", subject, document: one, texts: {} });
    await again.page.getByRole("table").waitFor();
    expect(await again.page.getByLabel("Share of the limit").isChecked()).toBe(true);
    expect(await again.page.locator("[aria-pressed=false]").count()).toBe(1);
    await using other = await openChartFrame(browser, {
      ...kept,
      subject: { kind: "node", cluster: "demo", node: "pve1" },
    });
    await other.tell({ type: "show", subject, document: one, texts: {} });
    await other.page.getByRole("heading", { level: 1 }).waitFor();
    expect(await other.page.getByRole("table").count()).toBe(0);
  });

  test("speaks the language of the editor", async () => {
    await frame.tell({ type: "show", subject, document: one, texts: { Memory: "Speicher", Day: "Tag" } });
    await panel("Speicher").waitFor();
    await frame.page.getByText("Tag", { exact: true }).waitFor();
  });

  test("does not obey what it does not know", async () => {
    await frame.page.evaluate(`postMessage({ type: "show", document: { title: "<img src=x>" } }, "*")`);
    await expect.poll(async () => (await frame.sent()).at(-1)?.type).toBe("fault");
    expect(await frame.page.getByRole("heading").count()).toBe(0);
  });

  test("takes names as text, whatever is in them", async () => {
    const name = `<img src=x onerror="seen.hacked = 1">`;
    await show({ ...one, title: name, things: [thing(name, recorded)], marks: [{ ...mark, name, reasons: [name] }] });
    expect(await frame.page.locator("img").count()).toBe(0);
    expect(await frame.page.evaluate("seen.hacked")).toBeUndefined();
  });
});

describe("everybody can use it", () => {
  test.each(Object.keys(themes) as (keyof typeof themes)[])("axe finds nothing wrong: %s", async (theme) => {
    await frame.theme(theme);
    await show({ ...one, notices: [{ text: "pve1 does not answer.", action: { run: "retry", title: "Try again" } }] });
    await frame.page.getByLabel("Values as a table").check();
    await frame.page.getByRole("table").waitFor();
    expect(await violations()).toEqual([]);
    await show(several(12));
    expect(await violations()).toEqual([]);
  });

  test("a change of theme is drawn at once", async () => {
    await show(one);
    const pixel = `(() => { const { data } = document.querySelector('[data-panel=cpu] canvas').getContext('2d').getImageData(0, 0, 4000, 400); const seen = new Set(); for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) seen.add(data.slice(at, at + 3).join()); return [...seen]; })()`;
    const blue = (theme: keyof typeof themes): string =>
      [1, 3, 5].map((at) => Number.parseInt(themes[theme].variables["charts-blue"].slice(at, at + 2), 16)).join(",");
    expect(await frame.page.evaluate(pixel)).toContain(blue("dark"));
    await frame.theme("light");
    await expect.poll(() => frame.page.evaluate(pixel)).toContain(blue("light"));
    expect(await frame.page.evaluate(pixel)).not.toContain(blue("dark"));
  });

  test("nothing is cut off at 320 points of width", async () => {
    await frame.page.setViewportSize({ width: 320, height: 800 });
    await show(one);
    expect(await frame.page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });
});
