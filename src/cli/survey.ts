import type { Container, History, Inventory, InventoryProblem } from "../model/index.js";
import { clusterClock, surveyUsage, type Clock } from "../operate/index.js";
import type { CommandContext } from "./context.js";
import { tellProblems } from "./planning.js";
import { refuseBlindness, type Session } from "./session.js";

/** What is there and how it was used. */
export interface Survey {
  readonly inventory: Inventory;
  readonly history: History;
  readonly problems: readonly InventoryProblem[];
  readonly clock: Clock;
}

export interface SurveyOptions {
  /** How far back, in seconds. */
  readonly overSeconds: number;
  /** With the configurations of what runs. */
  readonly configurations?: boolean;
  /** Points of one distance all through, as a replay needs them, instead of the finest of each time. */
  readonly even?: boolean;
}

/** Reads the cluster and what it recorded of every running container; what could not be read is told. Writes nothing. */
export async function survey(
  context: CommandContext,
  session: Session,
  { overSeconds, configurations = false, even = false }: SurveyOptions,
): Promise<Survey> {
  const { output, surroundings } = context;
  const { signal } = surroundings;
  const { gateway } = session;
  await output.progress(`Reading ${gateway.endpoint} …`);
  const clock = await clusterClock(gateway, signal);
  const inventory = await gateway.inventory({
    signal,
    ...(configurations ? { configurationOf: runs } : {}),
  });
  await refuseBlindness(session, inventory, signal);
  const usage = await surveyUsage({
    gateway,
    inventory,
    overSeconds,
    even,
    signal,
    onProgress: (done, of) => {
      void output.progress(`Reading recorded usage: ${done} of ${of} containers`);
    },
  });
  const problems = [...inventory.problems, ...usage.problems];
  await tellProblems(context, { ...inventory, problems });
  return { inventory, history: usage.history, problems, clock };
}

function runs({ status, template, stale }: Container): boolean {
  return status === "running" && !template && !stale;
}
