import type { Answer } from "./questions.js";

/** One step of a wizard: asks, notes the answer in the draft, and names the next step; `null` where it was the last. */
export type Step<Draft> = (draft: Draft, place: StepPlace) => Promise<Answer<Step<Draft> | null>>;

export interface StepPlace {
  /** From 1. */
  readonly step: number;
  readonly back: boolean;
}

/**
 * Goes through the steps, and back where that is asked for. What was noted stays in the draft, so that a step
 * that is asked again shows the former answer. True: gone through to the end.
 */
export async function goThrough<Draft>(draft: Draft, first: Step<Draft>): Promise<boolean> {
  const path: Step<Draft>[] = [first];
  for (;;) {
    const step = path.at(-1);
    if (step === undefined) return false;
    const answer = await step(draft, { step: path.length, back: path.length > 1 });
    if (answer.kind === "cancelled") return false;
    if (answer.kind === "back") path.pop();
    else if (answer.value === null) return true;
    else path.push(answer.value);
  }
}
