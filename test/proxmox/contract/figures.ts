import { expect, test } from "vitest";
import type { RecordedPoint } from "../../../src/model/index.js";
import { offered } from "../../../src/proxmox/index.js";
import { failureOf } from "../support/failure-of.js";
import { nounContract } from "./noun.js";

const spans = ["hour", "day", "week", "month", "year"] as const;

const known = (points: readonly RecordedPoint[], figure: keyof RecordedPoint): readonly number[] =>
  points.flatMap((point) => point[figure] ?? []);

export const figuresContract = nounContract("figures", (world) => {
  const port = () => ({ ...world(), figures: offered(world().gateway, "figures") });

  test.each(spans)("a %s of a container comes in order, in even steps, with gaps left as gaps", async (span) => {
    const { figures, running } = port();
    const { stepSeconds, points } = await figures.ofContainer(running, span);
    const times = points.map(({ time }) => time);
    expect(times.length).toBeGreaterThan(50);
    for (const [index, time] of times.slice(1).entries()) expect(time - times[index]!).toBe(stepSeconds * 1000);
  });

  test("of a container: usage, limits, traffic, and pressure where Proxmox records it", async () => {
    const { gateway, figures, running } = port();
    const { points } = await figures.ofContainer(running, "hour");
    const last = points.findLast(({ cpu }) => cpu !== null)!;
    expect(last.cpu).toBeLessThanOrEqual(1);
    expect(last.memory).toBeLessThanOrEqual(last.memoryLimit!);
    expect(last.disk).toBeLessThanOrEqual(last.diskLimit!);
    for (const figure of ["cores", "netIn", "netOut", "diskRead", "diskWrite"] as const) {
      expect(last[figure], figure).toBeGreaterThanOrEqual(0);
    }
    // Proxmox records neither: unknown, never 0.
    expect([last.swap, last.swapLimit, last.ioWait]).toEqual([null, null, null]);
    const { version } = await gateway.version();
    const pressures = ["pressureCpu", "pressureMemory", "pressureIo"] as const;
    for (const figure of pressures) {
      if (version.startsWith("9")) expect(last[figure]).toBeLessThanOrEqual(1);
      else expect(known(points, figure)).toEqual([]);
    }
  });

  test("of a node: usage, limits, swap, traffic and what waited for disks", async () => {
    const { figures, running } = port();
    const { points } = await figures.ofNode(running.node, "hour");
    const last = points.findLast(({ cpu }) => cpu !== null)!;
    expect(last.cpu).toBeLessThanOrEqual(1);
    expect(last.cores).toBeGreaterThan(0);
    expect(last.memory).toBeLessThanOrEqual(last.memoryLimit!);
    expect(last.swap).toBeLessThanOrEqual(last.swapLimit!);
    expect(last.disk).toBeLessThanOrEqual(last.diskLimit!);
    expect(last.ioWait).toBeLessThanOrEqual(1);
    expect([last.diskRead, last.diskWrite]).toEqual([null, null]);
  });

  test("time that a container did not run has limits but no usage", async () => {
    const { figures, stopped, control } = port();
    await control.advance(10 * 60_000);
    const { points } = await figures.ofContainer(stopped, "hour");
    const last = points.at(-1)!;
    expect(last).toMatchObject({ cpu: null, memory: null, disk: null, netIn: null, pressureCpu: null });
    expect(last.memoryLimit).toBeGreaterThan(0);
  });

  test("of what was never there nothing was recorded", async () => {
    const { figures, running } = port();
    const failure = await failureOf(figures.ofContainer({ vmid: 999_999, node: running.node }, "day"));
    expect(failure.kind).toBe("not-found");
  });

  test.each(spans)("a %s of a storage says what it held and had room for, and nothing else", async (span) => {
    const { figures, running } = port();
    const { points } = await figures.ofStorage(running.node, "local", span);
    const last = points.findLast(({ disk }) => disk !== null)!;
    expect(last.disk).toBeGreaterThan(0);
    expect(last.disk).toBeLessThanOrEqual(last.diskLimit!);
    expect([last.cpu, last.memory, last.netIn, last.pressureIo]).toEqual([null, null, null, null]);
    expect((await failureOf(figures.ofStorage(running.node, "nostore", span))).kind).toBe("not-found");
  });
});
