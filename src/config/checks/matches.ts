import type { Match as MatchFile, Policy, Schedule } from "../generated/autoscaler-file.js";
import { placedPreset, placedSettings } from "../layer-places.js";
import { mergeLayers } from "../merge.js";
import type { NamedLayer } from "../merge.js";
import type { CheckContext } from "./context.js";
import { entryPlace } from "./context.js";
import { rangesCover, rangesMeet, textsCover, textsExclude } from "./folded.js";
import { indexMatches } from "./match-index.js";

/** With so many later policies each one is compared: more than any file has, and no more than an editor can wait for. */
const farthest = 500;

const textKeys = ["names", "tags", "nodes", "pools"] as const;

/** True where whatever `inner` matches, `outer` matches too, as far as the text can tell. */
export function covers(outer: MatchFile, inner: MatchFile): boolean {
  const { vmids } = outer;
  if (vmids !== undefined && (inner.vmids === undefined || !rangesCover(vmids, inner.vmids))) return false;
  return textKeys.every((key) => {
    const wider = outer[key];
    if (wider === undefined || (key === "names" && wider.includes("*"))) return true;
    const narrower = inner[key];
    return narrower !== undefined && textsCover(wider, narrower);
  });
}

/** True where one container can't match both, as far as the text can tell. A container may have many tags, but one of everything else. */
function excludes(a: MatchFile, b: MatchFile): boolean {
  if (a.vmids !== undefined && b.vmids !== undefined && !rangesMeet(a.vmids, b.vmids)) return true;
  return (["names", "nodes", "pools"] as const).some((key) => {
    const [left, right] = [a[key], b[key]];
    return left !== undefined && right !== undefined && textsExclude(left, right);
  });
}

/** True where every container that matches is on the ignore list. */
function ignored(match: MatchFile, ignore: MatchFile): boolean {
  if (ignore.vmids !== undefined && match.vmids !== undefined && match.vmids.length > 0) {
    if (covers({ vmids: ignore.vmids }, match)) return true;
  }
  return textKeys.some((key) => {
    const listed = ignore[key];
    return listed !== undefined && (match[key]?.length ?? 0) > 0 && covers({ [key]: listed }, match);
  });
}

/** True where every entry of a match could be read: of others nothing can be said. */
function isKnown({ places }: CheckContext, match: MatchFile): boolean {
  return [match.vmids, match.names, match.tags, match.nodes, match.pools].every(
    (list) => list === undefined || places.isComplete(list),
  );
}

/** Policies that never have a say, and schedules that nothing managed can match. */
export function checkMatches(context: CheckContext): void {
  const { file } = context;
  const policies = file.policies ?? [];
  const schedules = file.schedules ?? [];
  checkIgnored(context, policies, "policy");
  checkIgnored(context, schedules, "schedule");
  checkOverruled(context, policies);
  if (!context.complete || !context.places.isComplete(policies)) return;
  const managed = [
    ...policies.map(({ match }) => match),
    ...(file.defaults?.match === undefined ? [] : [file.defaults.match]),
  ];
  if (!managed.every((match) => isKnown(context, match))) return;
  for (const [index, { match }] of schedules.entries()) {
    if (!isKnown(context, match)) continue;
    if (managed.some((other) => !excludes(match, other))) continue;
    const message =
      managed.length === 0
        ? "A schedule alone makes nothing managed, and there is no policy and no `defaults.match`: this one has no effect."
        : "A schedule alone makes nothing managed, and no policy matches what this one matches: it has no effect.";
    context.report("schedule-without-policy", entryPlace(context, schedules, index), message);
  }
}

function checkIgnored(context: CheckContext, list: readonly (Policy | Schedule)[], word: string): void {
  const { ignore } = context.file;
  if (ignore === undefined) return;
  for (const [index, { match }] of list.entries()) {
    if (!isKnown(context, match) || !ignored(match, ignore)) continue;
    const message = `Whatever this ${word} matches is in \`ignore\`, which wins over everything.`;
    context.report("never-wins", entryPlace(context, list, index), message);
  }
}

function checkOverruled(context: CheckContext, policies: readonly Policy[]): void {
  const layerOf = (policy: Policy, index: number): NamedLayer => {
    const origin = `policies[${index}]`;
    return { origin, settings: placedSettings(policy, origin, context.places) };
  };
  // Their origin tells presets of two policies apart, as it does the policies.
  const under = (policy: Policy, index: number): readonly NamedLayer[] =>
    placedPreset(policy, `policies[${index}]`, context.places);
  const matches = indexMatches(policies.map(({ match }) => match));
  for (const [index, policy] of policies.entries()) {
    const candidates = matches.thatMayCover(policy.match, index + 1, index + farthest);
    const winner = candidates.find((at) => {
      const other = policies[at];
      if (other === undefined || !covers(other.match, policy.match)) return false;
      if (!isKnown(context, policy.match) || !isKnown(context, other.match)) return false;
      const later = layerOf(other, at);
      const merged = mergeLayers([...under(policy, index), layerOf(policy, index), ...under(other, at), later]);
      return [...merged.values()].every(({ origin, value }) => origin === later.origin || value === null);
    });
    if (winner === undefined || layerOf(policy, index).settings.size === 0) continue;
    const other = policies[winner]?.name ?? `policies[${winner}]`;
    const message = `Policy \`${other}\` comes later, matches the same containers and says otherwise on everything: this one never has a say.`;
    context.report("never-wins", entryPlace(context, policies, index), message);
  }
}
