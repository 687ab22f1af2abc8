import { builtInNumber } from "./built-in.js";

/** How eagerly sizes change in one direction. Durations are seconds. */
export interface Eagerness {
  /** How long every sample must say so, with thresholds. */
  readonly forSeconds: number;
  /** The most of one decision with thresholds, in multiples of its step. */
  readonly steps: number;
  readonly cooldownSeconds: number;
  readonly stabilisationSeconds: number;
}

export interface Behaviour {
  readonly up: Eagerness;
  readonly down: Eagerness;
}

export type BehaviourName = "conservative" | "normal" | "aggressive";

const minute = 60;

/** What the behaviours fill in where no layer says anything. `normal` is not among them: it is what the schema has. */
const table: Readonly<Record<Exclude<BehaviourName, "normal">, Behaviour>> = {
  conservative: {
    up: { forSeconds: 5 * minute, steps: 1, cooldownSeconds: 5 * minute, stabilisationSeconds: 2 * minute },
    down: { forSeconds: 60 * minute, steps: 1, cooldownSeconds: 60 * minute, stabilisationSeconds: 60 * minute },
  },
  aggressive: {
    up: { forSeconds: minute, steps: 4, cooldownSeconds: 30, stabilisationSeconds: 0 },
    down: { forSeconds: 5 * minute, steps: 2, cooldownSeconds: 5 * minute, stabilisationSeconds: 0 },
  },
};

/** What a behaviour fills in where no layer says anything. */
export function behaviourOf(name: BehaviourName): Behaviour {
  if (name !== "normal") return table[name];
  const eagerness = (direction: "up" | "down", threshold: "scaleUp" | "scaleDown"): Eagerness => ({
    forSeconds: builtInNumber(`defaults.cpu.${threshold}.for`),
    steps: 1,
    cooldownSeconds: builtInNumber(`defaults.cooldown.${direction}`),
    stabilisationSeconds: builtInNumber(`defaults.cpu.stabilisation.${direction}`),
  });
  return { up: eagerness("up", "scaleUp"), down: eagerness("down", "scaleDown") };
}
