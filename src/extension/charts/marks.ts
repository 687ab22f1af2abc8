import type { OutcomeDocument, Resource } from "../../model/index.js";
import type { AuditRecord } from "../../operate/index.js";
import type { ChartMark } from "../../views/index.js";
import { containerName } from "../containers/names.js";
import { resourceWords, sizeWords } from "../scaling/decision-row.js";

const panelOf: Readonly<Record<string, ChartMark["panel"]>> = {
  cores: "cpu",
  cpulimit: "cpu",
  memory: "memory",
  swap: "swap",
  rootfs: "disk",
};

/**
 * The sizes that runs have changed, out of the audit log of a cluster: those of the containers that are meant, oldest
 * first. What failed, was skipped or is not known to have happened is no mark.
 */
export function marksOf(
  records: readonly AuditRecord[],
  isMeant: (container: Pick<OutcomeDocument, "vmid" | "node">) => boolean,
): readonly ChartMark[] {
  return records
    .flatMap((record): readonly ChartMark[] => {
      if (record.event !== "outcome") return [];
      const { outcome } = record;
      const panel = panelFor(outcome.resource);
      if (panel === null || outcome.outcome !== "applied" || !isMeant(outcome)) return [];
      const { from, to, unit, resource } = outcome;
      return [
        {
          time: record.time,
          name: containerName(outcome),
          panel,
          // Without a number there is no limit, which is more than any.
          direction: (to ?? Infinity) >= (from ?? Infinity) ? "up" : "down",
          change: `${resourceWords[resource] ?? resource} ${sizeWords(from, unit)} → ${sizeWords(to, unit)}`,
          run: record.run,
          reasons: outcome.reasons.map(({ text }) => text),
        },
      ];
    })
    .sort((a, b) => a.time - b.time);
}

/** A mount point's size is in no chart: Proxmox VE records the root file system alone. */
function panelFor(resource: Resource): ChartMark["panel"] | null {
  return panelOf[resource] ?? null;
}
