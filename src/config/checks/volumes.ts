import { formatSize } from "../../model/index.js";
import { builtInNumber } from "../built-in.js";
import { volumePath } from "../merge.js";
import type { CheckContext } from "./context.js";
import type { Combination } from "./combination.js";

const tolerance = 1e-9;

/** Checks what layers give together for swap and for volumes. Sizes are MiB, as the file has them. */
export function checkVolumes(combination: Combination, managed: boolean, report: CheckContext["report"]): void {
  checkSwap(combination);
  for (const path of combination.merged.keys()) {
    if (volumePath.test(path)) checkVolume(combination, path, managed, report);
  }
}

function checkSwap({ number, conflict, swap }: Combination): void {
  const [min, max] = [number("swap.min"), number("swap.max")];
  if (min === null || max === null || min <= max + tolerance) return;
  const message = `\`min\` (${formatSize(min)}) is above \`max\` (${formatSize(max)}).`;
  conflict("min-above-max", ["swap.min", "swap.max"], message, [swap("swap.min", "swap.max")]);
}

function checkVolume(
  { number, has, key, conflict, swap, change, top }: Combination,
  path: string,
  managed: boolean,
  report: CheckContext["report"],
): void {
  const max = number(`${path}.max`);
  const grows = has(`${path}.scaleUp`) || has(`${path}.forecast`);
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (managed && !grows) {
    report("never-wins", key(path), `Nothing makes \`${name}\` grow: it needs \`scaleUp\` or \`forecast\`.`, [
      ...(key(`${path}.max`) === null
        ? []
        : [
            {
              kind: "insert",
              before: key(`${path}.max`) ?? { start: 0, end: 0 },
              text: "scaleUp: { above: 85% }",
              title: "Add “scaleUp: { above: 85% }”",
              certainty: "likely",
            } as const,
          ]),
    ]);
    return;
  }
  if (managed && max === null) {
    const message = `Without \`max\` only its storage limits how far \`${name}\` grows for ${top.called}, and it never shrinks again.`;
    report("unbounded", key(path), message);
  }
  const step = number(`${path}.scaleUp.step`);
  const maxStep = number(`${path}.scaleUp.maxStep`);
  if (step !== null && maxStep !== null && step > maxStep + tolerance) {
    const paths = [`${path}.scaleUp.step`, `${path}.scaleUp.maxStep`] as const;
    const message = `\`step\` (${formatSize(step)}), the least of one growth, is above \`maxStep\` (${formatSize(maxStep)}), the most.`;
    conflict("out-of-range", paths, message, [swap(...paths)]);
  }
  const least = step ?? builtInNumber("defaults.rootfs.scaleUp.step");
  if (max !== null && has(`${path}.scaleUp`) && least > max + tolerance) {
    const message = `One growth (${formatSize(least)}) is more than \`max\` (${formatSize(max)}) lets the whole volume have.`;
    conflict("step-above-range", [`${path}.scaleUp.step`, `${path}.max`], message, [
      change(`${path}.scaleUp.step`, formatSize(max)),
    ]);
  }
}
