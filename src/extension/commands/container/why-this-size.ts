import { l10n, window, type Uri } from "vscode";
import type { App } from "../../app.js";
import { loadOperate } from "../../base/rooms.js";
import { whyThisSizeText, type WhyThisSizeInput } from "../../documents/why-this-size.js";
import { decisionKey } from "../../scaling/decision-row.js";
import { oneContainer, pathFor } from "./explained.js";
import type { Target } from "./targets.js";

/** Opens what the present plan says of a container and what the last runs did to it, each with its reasons. */
export async function whyThisSize(app: App, target?: unknown): Promise<Uri | null> {
  const chosen = await oneContainer(app, target, l10n.t("Why has which container its size?"));
  if (chosen === null) return null;
  const { cluster, container } = chosen;
  const { explainedChanges, explainTime, recordedPast } = await loadOperate();
  const { stateStore } = await cluster.records();
  const records = [{ cluster: cluster.name, location: stateStore.location }];
  const { history, faults } = await recordedPast(container.vmid, Date.now(), records);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const text = whyThisSizeText({
    container,
    plan: planFor(app, chosen),
    history: explainedChanges(history),
    faults,
    timeOf: (time) => explainTime(time, zone),
  });
  const uri = app.documents.put(pathFor("why", chosen, "txt"), { text });
  await window.showTextDocument(uri, { preview: true });
  return uri;
}

function planFor({ plans: { state } }: App, { cluster, container }: Target): WhyThisSizeInput["plan"] {
  if (state.kind !== "ready" || state.cluster.id !== cluster.id) return null;
  return {
    fileName: state.source.name,
    madeAt: new Date(state.madeAt).toLocaleTimeString([], { timeStyle: "short" }),
    decisions: state.shown.decisions.filter(({ vmid }) => vmid === container.vmid),
    outcomeOf: (decision) => state.outcomes.get(decisionKey(decision)),
  };
}
