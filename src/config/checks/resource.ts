import { formatPercent, formatSize } from "../../model/index.js";
import { builtInNumber } from "../built-in.js";
import { grainOf, kindOf } from "../merge.js";
import type { Remedy } from "../remedy.js";
import type { CheckContext } from "./context.js";
import type { Combination } from "./combination.js";

export interface ResourceSurroundings {
  /** True where no container comes to have this setting from here. */
  readonly overruled: (path: string) => boolean;
  /** Containers are managed with just these layers. */
  readonly managed: boolean;
  /** False where a file that is laid under this one was not read. */
  readonly complete: boolean;
  readonly report: CheckContext["report"];
}

const tolerance = 1e-9;

/** Checks what the layers of a combination give together for one resource. */
export function checkResource(
  combination: Combination,
  resource: "cpu" | "memory",
  surroundings: ResourceSurroundings,
): void {
  if (!combination.has(resource)) return;
  checkBounds(combination, resource, surroundings);
  checkGrain(combination, resource);
  checkThresholds(combination, resource, surroundings);
  checkSteps(combination, resource);
  checkBoost(combination, resource);
  checkUnbounded(combination, resource, surroundings);
}

function say(resource: "cpu" | "memory"): (size: number) => string {
  return resource === "memory" ? formatSize : String;
}

function checkBounds(combination: Combination, resource: "cpu" | "memory", { overruled }: ResourceSurroundings): void {
  const { number, conflict, swap, change, top } = combination;
  const [minPath, maxPath, fixedPath] = [`${resource}.min`, `${resource}.max`, `${resource}.fixed`];
  const [min, max, fixed] = [number(minPath), number(maxPath), number(fixedPath)];
  const text = say(resource);
  if (min !== null && max !== null && min > max + tolerance && !overruled(minPath) && !overruled(maxPath)) {
    const where = top.kind === "defaults" ? "" : ` for ${top.called}`;
    const message = `\`min\` (${text(min)}) is above \`max\` (${text(max)})${where}.`;
    conflict("min-above-max", [minPath, maxPath], message, [
      swap(minPath, maxPath),
      beside(combination, minPath, maxPath),
    ]);
    return;
  }
  if (fixed === null) return;
  if (max !== null && fixed > max + tolerance) {
    conflict(
      "unreachable-bound",
      [fixedPath, maxPath],
      `\`fixed\` (${text(fixed)}) is above \`max\` (${text(max)}), which wins.`,
      [change(fixedPath, text(max)), change(maxPath, text(fixed))],
    );
  }
  if (min !== null && fixed < min - tolerance) {
    conflict(
      "unreachable-bound",
      [fixedPath, minPath],
      `\`fixed\` (${text(fixed)}) is below \`min\` (${text(min)}), which wins.`,
      [change(fixedPath, text(min)), change(minPath, text(fixed))],
    );
  }
}

/** Sets a bound in the layer that makes it impossible, beside the other one. */
function beside({ merged, number, key }: Combination, minPath: string, maxPath: string): Remedy | null {
  const [min, max] = [merged.get(minPath), merged.get(maxPath)];
  if (min === undefined || max === undefined || min.origin === max.origin) return null;
  const resource = minPath.startsWith("memory") ? "memory" : "cpu";
  const fromDefaults = min.origin === "defaults" ? "min" : "max";
  const before = key(fromDefaults === "min" ? maxPath : minPath);
  const size = number(fromDefaults === "min" ? maxPath : minPath);
  if (before === null || size === null) return null;
  const text = `${fromDefaults}: ${say(resource)(size)}`;
  return { kind: "insert", before, text, title: `Say “${text}” here too`, certainty: "likely" };
}

/** A step in parts of a core: what would allow it, and what would do without. */
function partsOfCores({ change, key }: Combination, path: string, step: number): readonly (Remedy | null)[] {
  const before = key(path);
  const title = "Say “resource: cpulimit”";
  return [
    before === null ? null : { kind: "insert", before, text: "resource: cpulimit", title, certainty: "likely" },
    change(path, String(Math.ceil(step))),
  ];
}

function checkGrain(combination: Combination, resource: "cpu" | "memory"): void {
  const { number, text, conflict } = combination;
  const step = number(`${resource}.step`);
  const cores = resource === "cpu" && text("cpu.resource") !== "cpulimit";
  if (text("cpu.resource") === "") return;
  if (cores && step !== null && !Number.isNaN(step) && !Number.isInteger(step)) {
    conflict(
      "out-of-range",
      ["cpu.step"],
      `Cores are whole, so \`step\` can't be ${step}; for parts of a core say \`resource: cpulimit\`.`,
      partsOfCores(combination, "cpu.step", step),
    );
    return;
  }
  const grain = grainOf(combination.merged, resource);
  const max = number(`${resource}.max`);
  const min = number(`${resource}.min`);
  if (max === null || (min !== null && min > max)) return;
  const paths = [`${resource}.min`, `${resource}.max`, `${resource}.step`];
  const most = Math.floor(max / grain + tolerance) * grain;
  const least = min === null ? grain : Math.ceil(min / grain - tolerance) * grain;
  if (least > most + tolerance) {
    const size = say(resource);
    const between = min === null ? `at most ${size(max)}` : `from ${size(min)} to ${size(max)}`;
    conflict("min-above-max", paths, `No multiple of the step of ${size(grain)} is ${between}.`);
  }
}

function checkThresholds(
  combination: Combination,
  resource: "cpu" | "memory",
  { overruled }: ResourceSurroundings,
): void {
  const { merged, number, conflict, has, swap, change } = combination;
  if (kindOf((path) => merged.has(path), resource) === "target" && number(`${resource}.tolerance`) === 0) {
    const message = "Without any tolerance every reading away from the target changes the size.";
    conflict("would-oscillate", [`${resource}.tolerance`], message, [change(`${resource}.tolerance`, "10%")]);
  }
  const [up, down] = [`${resource}.scaleUp`, `${resource}.scaleDown`];
  if (!has(up) || !has(down)) return;
  const above = number(`${up}.above`) ?? builtInNumber(`defaults.${up}.above`);
  const below = number(`${down}.below`) ?? builtInNumber(`defaults.${down}.below`);
  const paths = [`${up}.above`, `${down}.below`];
  if (paths.some(overruled)) return;
  if (below >= above - tolerance) {
    const message = `\`below\` (${formatPercent(below)}) must be less than \`above\` (${formatPercent(above)}).`;
    conflict("below-above-above", paths, message, [swap(`${up}.above`, `${down}.below`)]);
    return;
  }
  const grain = grainOf(merged, resource);
  const step = number(`${up}.step`) ?? grain;
  // Where nothing keeps it larger, a container may be as small as one step.
  const min = number(`${resource}.min`) ?? Math.max(grain, step);
  const after = (above * min) / (min + step);
  if (after <= below + tolerance) {
    const text = say(resource);
    const message =
      `Growing from ${text(min)} by ${text(step)} at ${formatPercent(above)} leaves usage at ${formatPercent(after)}, ` +
      `where \`below\` (${formatPercent(below)}) wants to shrink again. Lower \`below\`, or make the step smaller.`;
    // The next share in fives that leaves a distance; in ones where that is as low as it goes.
    const lower = [5, 1].map((unit) => (Math.ceil((after * 100 - tolerance) / unit) - 1) * unit).find((one) => one > 0);
    // Growing by less than min × (above ÷ below − 1) leaves usage over \`below\`.
    const smaller = (Math.ceil((min * (above / below - 1)) / grain - tolerance) - 1) * grain;
    conflict("would-oscillate", [...paths, `${up}.step`, `${resource}.min`], message, [
      lower === undefined ? null : change(`${down}.below`, `${lower}%`),
      smaller >= grain && smaller < step ? change(`${up}.step`, text(smaller)) : null,
    ]);
  }
}

/** Cores are whole, and so are the steps between them. */
function checkWholeSteps(combination: Combination): void {
  for (const path of [
    "cpu.maxStep",
    "cpu.scaleUp.step",
    "cpu.scaleUp.maxStep",
    "cpu.scaleDown.step",
    "cpu.scaleDown.maxStep",
  ]) {
    const step = combination.number(path);
    if (step === null || Number.isNaN(step) || Number.isInteger(step)) continue;
    const name = path.slice(path.lastIndexOf(".") + 1);
    const message = `Cores are whole, so \`${name}\` can't be ${step}; for parts of a core say \`resource: cpulimit\`.`;
    combination.conflict("out-of-range", [path], message, [
      combination.change(path, String(Math.max(1, Math.round(step)))),
    ]);
  }
}

function checkSteps(combination: Combination, resource: "cpu" | "memory"): void {
  const { merged, number, conflict, swap, change } = combination;
  const text = say(resource);
  if (resource === "cpu" && [null, "cores"].includes(combination.text("cpu.resource"))) checkWholeSteps(combination);
  const [min, max] = [number(`${resource}.min`), number(`${resource}.max`)];
  for (const direction of ["scaleUp", "scaleDown"]) {
    const own = `${resource}.${direction}.maxStep`;
    const paths = [`${resource}.${direction}.step`, number(own) === null ? `${resource}.maxStep` : own];
    const [step = null, maxStep = null] = paths.map(number);
    if (step !== null && maxStep !== null && step > maxStep + tolerance) {
      const message = `\`step\` (${text(step)}), the least of one change, is above \`maxStep\` (${text(maxStep)}), the most.`;
      conflict("out-of-range", paths, message, [swap(paths[0] ?? "", paths[1] ?? "")]);
    } else if (step !== null && min !== null && max !== null && max > min && step > max - min + tolerance) {
      const range = max - min;
      const grain = grainOf(merged, resource);
      const smaller = Math.floor(range / 4 / grain + tolerance) * grain || grain;
      const message = `A \`step\` of ${text(step)} is more than the ${text(range)} between \`min\` (${text(min)}) and \`max\` (${text(max)}): every change goes from one to the other.`;
      conflict("step-above-range", [paths[0] ?? "", `${resource}.min`, `${resource}.max`], message, [
        smaller < step ? change(paths[0] ?? "", text(smaller)) : null,
      ]);
    }
  }
}

function checkBoost({ number, conflict, has, swap }: Combination, resource: "cpu" | "memory"): void {
  if (!has(`${resource}.boost`)) return;
  const paths = [`${resource}.boost.factor`, `${resource}.boost.fallbackFactor`];
  const [factor, fallback] = paths.map((path) => number(path) ?? builtInNumber(`defaults.${path}`));
  if (factor !== undefined && fallback !== undefined && fallback > factor + tolerance) {
    conflict(
      "out-of-range",
      paths,
      `\`fallbackFactor\` (${fallback}) is for fuller nodes and can't be above \`factor\` (${factor}).`,
      [swap(...(paths as [string, string]))],
    );
  }
}

function checkUnbounded(
  { merged, number, key, top }: Combination,
  resource: "cpu" | "memory",
  { managed, complete, report }: ResourceSurroundings,
): void {
  const kind = kindOf((path) => merged.has(path), resource);
  if (!managed || !complete || kind === null || kind === "fixed" || number(`${resource}.max`) !== null) return;
  if (kind === "thresholds" && !merged.has(`${resource}.scaleUp`)) return;
  const message = `Without \`max\` only the node limits how far ${resource === "cpu" ? "CPU" : "memory"} grows for ${top.called}.`;
  report("unbounded", key(resource), message);
}
