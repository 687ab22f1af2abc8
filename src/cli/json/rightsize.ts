import type { Advice, Rightsizing } from "../../engine/index.js";
import type { InventoryProblem } from "../../model/index.js";

/** What `rightsize --format json` prints (`schemas/rightsize.schema.json`): cores and MiB, GiB in the sums; unknown is `null`. */
export interface RightsizeDocument {
  readonly version: 1;
  readonly generatedAt: string;
  readonly cluster: string;
  /** Seconds of usage that were asked for. */
  readonly over: number;
  readonly containers: readonly AdviceDocument[];
  readonly nodes: Rightsizing["nodes"];
  readonly total: Rightsizing["total"] & Rightsizing["left"] & { readonly containers: number };
  readonly problems: readonly { readonly node: string | null; readonly message: string }[];
}

export interface AdviceDocument extends Advice {
  readonly reasons: readonly string[];
}

export interface RightsizeContext {
  readonly cluster: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly problems: readonly InventoryProblem[];
}

export function rightsizeDocument(
  report: Rightsizing,
  reasons: (advice: Advice) => readonly string[],
  { cluster, now, problems }: RightsizeContext,
): RightsizeDocument {
  return {
    version: 1,
    generatedAt: new Date(now).toISOString(),
    cluster,
    over: report.overSeconds,
    containers: report.advice.map((advice) => ({
      ...advice,
      atLimit: Number(advice.atLimit.toFixed(4)),
      usual: rounded(advice.usual),
      peak: rounded(advice.peak),
      covered: Math.round(advice.covered),
      reasons: reasons(advice),
    })),
    nodes: report.nodes,
    total: { containers: report.containers, ...report.total, ...report.left },
    problems: problems.map(({ node, message }) => ({ node, message })),
  };
}

function rounded(figure: number | null): number | null {
  return figure === null ? null : Number(figure.toFixed(3));
}
