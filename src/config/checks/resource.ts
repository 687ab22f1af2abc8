import { formatPercent, formatSize } from "../../model/index.js";
import { builtInNumber } from "../built-in.js";
import { grainOf, kindOf } from "../merge.js";
import type { CheckContext } from "./context.js";
import type { Combination } from "./combination.js";

export interface ResourceSurroundings {
  /** True where no container comes to have this setting from here. */
  readonly overruled: (path: string) => boolean;
  /** Containers are managed with just these layers. */
  readonly managed: boolean;
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

function checkBounds(
  { number, conflict, top }: Combination,
  resource: "cpu" | "memory",
  { overruled }: ResourceSurroundings,
): void {
  const [minPath, maxPath, fixedPath] = [`${resource}.min`, `${resource}.max`, `${resource}.fixed`];
  const [min, max, fixed] = [number(minPath), number(maxPath), number(fixedPath)];
  const text = say(resource);
  if (min !== null && max !== null && min > max + tolerance && !overruled(minPath) && !overruled(maxPath)) {
    const where = top.kind === "defaults" ? "" : ` for ${top.called}`;
    conflict("min-above-max", [minPath, maxPath], `\`min\` (${text(min)}) is above \`max\` (${text(max)})${where}.`);
    return;
  }
  if (fixed === null) return;
  if (max !== null && fixed > max + tolerance) {
    conflict(
      "unreachable-bound",
      [fixedPath, maxPath],
      `\`fixed\` (${text(fixed)}) is above \`max\` (${text(max)}), which wins.`,
    );
  }
  if (min !== null && fixed < min - tolerance) {
    conflict(
      "unreachable-bound",
      [fixedPath, minPath],
      `\`fixed\` (${text(fixed)}) is below \`min\` (${text(min)}), which wins.`,
    );
  }
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
  const { merged, number, conflict, has } = combination;
  if (kindOf((path) => merged.has(path), resource) === "target" && number(`${resource}.tolerance`) === 0) {
    const message = "Without any tolerance every reading away from the target changes the size.";
    conflict("would-oscillate", [`${resource}.tolerance`], message);
  }
  const [up, down] = [`${resource}.scaleUp`, `${resource}.scaleDown`];
  if (!has(up) || !has(down)) return;
  const above = number(`${up}.above`) ?? builtInNumber(`defaults.${up}.above`);
  const below = number(`${down}.below`) ?? builtInNumber(`defaults.${down}.below`);
  const paths = [`${up}.above`, `${down}.below`];
  if (paths.some(overruled)) return;
  if (below >= above - tolerance) {
    const message = `\`below\` (${formatPercent(below)}) must be less than \`above\` (${formatPercent(above)}).`;
    conflict("below-above-above", paths, message);
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
    conflict("would-oscillate", [...paths, `${up}.step`, `${resource}.min`], message);
  }
}

function checkSteps({ number, conflict }: Combination, resource: "cpu" | "memory"): void {
  const text = say(resource);
  for (const direction of ["scaleUp", "scaleDown"]) {
    const own = `${resource}.${direction}.maxStep`;
    const paths = [`${resource}.${direction}.step`, number(own) === null ? `${resource}.maxStep` : own];
    const [step = null, maxStep = null] = paths.map(number);
    if (step !== null && maxStep !== null && step > maxStep + tolerance) {
      const message = `\`step\` (${text(step)}), the least of one change, is above \`maxStep\` (${text(maxStep)}), the most.`;
      conflict("out-of-range", paths, message);
    }
  }
}

function checkBoost({ number, conflict, has }: Combination, resource: "cpu" | "memory"): void {
  if (!has(`${resource}.boost`)) return;
  const paths = [`${resource}.boost.factor`, `${resource}.boost.fallbackFactor`];
  const [factor, fallback] = paths.map((path) => number(path) ?? builtInNumber(`defaults.${path}`));
  if (factor !== undefined && fallback !== undefined && fallback > factor + tolerance) {
    conflict(
      "out-of-range",
      paths,
      `\`fallbackFactor\` (${fallback}) is for fuller nodes and can't be above \`factor\` (${factor}).`,
    );
  }
}

function checkUnbounded(
  { merged, number, key, top }: Combination,
  resource: "cpu" | "memory",
  { managed, report }: ResourceSurroundings,
): void {
  const kind = kindOf((path) => merged.has(path), resource);
  if (!managed || kind === null || kind === "fixed" || number(`${resource}.max`) !== null) return;
  if (kind === "thresholds" && !merged.has(`${resource}.scaleUp`)) return;
  const message = `Without \`max\` only the node limits how far ${resource === "cpu" ? "CPU" : "memory"} grows for ${top.called}.`;
  report("unbounded", key(resource), message);
}
