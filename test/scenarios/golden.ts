import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DateTime } from "luxon";
import { plotText } from "../../src/cli/text/plot.js";
import type { ReplayedReading } from "../../src/engine/index.js";
import type { Change, Course } from "./course.js";
import {
  changesOf,
  coresInUse,
  fullMemoryMinutes,
  memoryInUse,
  nodeCoresOf,
  resources,
  reversals,
  samplesOf,
  saturatedMinutes,
  usableCores,
} from "./figures.js";

const folder = fileURLToPath(new URL("golden/", import.meta.url));
/** `GOLDEN=write` writes the files anew instead of holding against them. */
const writes = process.env["GOLDEN"] === "write";

/** Columns of one plot; two stand beside each other. */
const width = 62;

/**
 * Holds a course against `golden/<name>.txt`. Resolves to `null` where it is the same, else to the lines that differ and
 * plots of the containers they are about.
 */
export async function goldenDifference(name: string, course: Course): Promise<string | null> {
  const file = `${folder}${name}.txt`;
  const actual = courseText(course);
  if (writes) await writeFile(file, actual);
  const expected = await readFile(file, "utf8").catch(() => null);
  if (expected === null) return `There is no golden/${name}.txt yet: npm run golden writes it.`;
  return expected === actual ? null : differenceText(name, expected, course);
}

/** A course in lines: where it began, what was done, how it ended. */
export function courseText(course: Course): string {
  const { title, zone, config, from, to } = course;
  const stamp = (time: number): string =>
    DateTime.fromMillis(time, { zone }).toISO({ suppressMilliseconds: true, precision: "second" }) ?? "";
  const lines = [
    ...course.events.map(({ time, text }) => ({ time, line: `${stamp(time)}  — ${text}` })),
    ...course.changes.map((change) => ({ time: change.time, line: `${stamp(change.time)}  ${changeText(change)}` })),
  ].sort((a, b) => a.time - b.time);
  return [
    title,
    `${stamp(from)} to ${stamp(to)} (${zone}), every ${config.intervalSeconds} s`,
    "",
    "At first",
    ...course.beginnings.map(
      ({ vmid, name, cores, cpulimit, memory }) => `  ${vmid} ${name}: ${sizeText(cores, cpulimit, memory)}`,
    ),
    "",
    ...(lines.length === 0 ? ["Nothing was done."] : lines.map(({ line }) => line)),
    "",
    "In the end",
    ...course.endings.map(({ vmid, name, cores, cpulimit, memory, killed }) => {
      const changes = resources.map((resource) => changesOf(course, vmid, resource));
      const back = changes.reduce((sum, some) => sum + reversals(some), 0);
      return [
        `  ${vmid} ${name}: ${sizeText(cores, cpulimit, memory)}`,
        `${changes.flat().length} changes`,
        `${back} back within an hour`,
        `${saturatedMinutes(course, vmid)} min of all CPU in use`,
        `${fullMemoryMinutes(course, vmid)} min of full memory`,
        `killed ${killed} times`,
      ].join("; ");
    }),
    "",
  ].join("\n");
}

function sizeText(cores: number | null, cpulimit: number | null, memory: number): string {
  return `${cores ?? "all"} cores${cpulimit === null ? "" : `, cpulimit ${cpulimit}`}, ${memory} MiB`;
}

function changeText({ vmid, name, resource, from, to, rules, outcome, planned }: Change): string {
  const place = `${vmid} ${name}`.padEnd(16);
  const sizes = `${resource.padEnd(8)}  ${String(from).padStart(6)} → ${String(to).padEnd(6)}`;
  const fate = outcome === "applied" ? "" : `  ${outcome}`;
  const short = planned === undefined ? "" : `  (meant to be ${planned})`;
  return `${place}  ${sizes}  ${rules.join(", ")}${fate}${short}`;
}

/** A change that was made, as a golden file tells of it. */
interface Line {
  readonly time: number;
  readonly vmid: number;
  readonly resource: string;
  readonly to: number;
}

const changeLine = /^(\S+) {2}(\d+) \S+ +(\w+) +[\d.]+ → ([\d.]+) +(.*)$/u;

function linesOf(text: string): readonly Line[] {
  return text.split("\n").flatMap((line): readonly Line[] => {
    const [, time = "", vmid, resource = "", to, rest = ""] = changeLine.exec(line) ?? [];
    if (vmid === undefined || /(?:blocked|skipped|failed)$/u.test(rest)) return [];
    return [{ time: Date.parse(time), vmid: Number(vmid), resource, to: Number(to) }];
  });
}

/** What differs in words, then each container it is about, as the file has it and as it is now. */
export function differenceText(name: string, expected: string, course: Course): string {
  const actual = courseText(course);
  const before = expected.split("\n");
  const after = actual.split("\n");
  const gone = before.filter((line) => !after.includes(line));
  const come = after.filter((line) => !before.includes(line));
  const vmids = new Set(
    [...gone, ...come].flatMap((line) => {
      const vmid = /^(?:\S+)? {2}(\d{3,}) /u.exec(line)?.[1];
      return vmid === undefined ? [] : [Number(vmid)];
    }),
  );
  return [
    `${name}: what the loop does is not what golden/${name}.txt says.`,
    ...gone.map((line) => `  was  ${line}`),
    ...come.map((line) => `  is   ${line}`),
    ...[...vmids].flatMap((vmid) => {
      const left = plotText(readingsOf(course, vmid, linesOf(expected)), width).split("\n");
      const right = plotText(readingsOf(course, vmid, linesOf(actual)), width).split("\n");
      return ["", ...beside(["as the file has it", ...left], ["as it is now", ...right])];
    }),
    "",
    "If that is how it should be: npm run golden.",
  ].join("\n");
}

function beside(left: readonly string[], right: readonly string[]): readonly string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) =>
    `${(left[index] ?? "").padEnd(width + 2)}${right[index] ?? ""}`.trimEnd(),
  );
}

/** What was in use in this course, under the sizes that the lines tell of. */
function readingsOf(course: Course, vmid: number, lines: readonly Line[]): readonly ReplayedReading[] {
  const beginning = course.beginnings.find((container) => container.vmid === vmid);
  const container = course.containers.find((one) => one.vmid === vmid);
  if (beginning === undefined || container === undefined) return [];
  const own = lines.filter((line) => line.vmid === vmid);
  const at = (time: number, resource: string, first: number | null): number | null =>
    own.findLast((line) => line.resource === resource && line.time <= time)?.to ?? first;
  const nodeCores = nodeCoresOf(course, vmid);
  const place = { vmid, node: container.node, name: beginning.name };
  return samplesOf(course, vmid).map((sample) => ({
    time: sample.time,
    vmid,
    place,
    cpuSize: usableCores(
      {
        ...sample,
        cores: at(sample.time, "cores", beginning.cores),
        cpulimit: at(sample.time, "cpulimit", beginning.cpulimit),
      },
      nodeCores,
    ),
    cpuDemand: coresInUse(sample),
    memorySize: at(sample.time, "memory", beginning.memory),
    memoryDemand: memoryInUse(sample),
    samples: 0,
  }));
}
