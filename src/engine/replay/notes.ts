import type { AutoscalerConfig, Match } from "../../config/index.js";

/** Said once for all changes of a replay that knows no node. */
export const nodesUnknown =
  "A trace has no figures of nodes, so reserve and nodeLimits are not applied: --nodes gives their sizes.";

/** What a replay leaves out or takes for granted with this file, each in a sentence for people. */
export function replayNotes(
  config: AutoscalerConfig,
  { known, nodes }: { readonly known: boolean; readonly nodes: boolean },
): readonly string[] {
  const notes: string[] = [];
  const asking = known ? [] : askingForMore(config);
  if (asking.length > 0) {
    notes.push(
      `A trace has no tags and pools, so ${listed(asking)} ${asking.length === 1 ? "matches" : "match"} nothing: --inventory gives them.`,
    );
  }
  if (!nodes) {
    notes.push(nodesUnknown);
  }
  if (managesLimit(config)) {
    notes.push("A trace has no cpulimit: where the file manages it, it starts from the recorded cores.");
  }
  if (config.mode === "paused") notes.push("The file says mode: paused, so nothing is changed.");
  return notes;
}

/** What can't match without tags or pools, as the file names it. */
function askingForMore(config: AutoscalerConfig): readonly string[] {
  const asks = (match: Match | undefined): boolean => match?.tags !== undefined || match?.pools !== undefined;
  return [
    ...(asks(config.defaults.match) ? ["defaults.match"] : []),
    ...config.policies.filter(({ match }) => asks(match)).map(({ name }) => `policy ${name}`),
    ...config.schedules.filter(({ match }) => asks(match)).map(({ name }) => `schedule ${name}`),
    // Of this list any key suffices.
    ...(asks(config.ignore) ? ["ignore by tag or pool"] : []),
  ];
}

function managesLimit({ defaults, policies, schedules }: AutoscalerConfig): boolean {
  return [defaults, ...[...policies, ...schedules].map(({ layer }) => layer)].some(
    ({ cpu }) => cpu?.resource === "cpulimit",
  );
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
