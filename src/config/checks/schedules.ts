import { formatSize } from "../../model/index.js";
import type { Schedule } from "../generated/autoscaler-file.js";
import { placedSettings } from "../layer-places.js";
import type { PlacedSetting } from "../layer-places.js";
import { compileMatch } from "../match.js";
import type { Span } from "../document.js";
import type { Match } from "../settings.js";
import type { CheckContext } from "./context.js";
import { entryPlace, later } from "./context.js";
import { covers } from "./matches.js";

/** With so many others each schedule is compared: more than any file has. */
const farthest = 200;

/** Checks the times of schedules, and what two of them make of one container. */
export function checkSchedules(context: CheckContext): void {
  const schedules = context.file.schedules ?? [];
  for (const [index, schedule] of schedules.entries()) checkTimes(context, schedules, schedule, index);
  checkContradictions(context, schedules);
}

function checkTimes(context: CheckContext, schedules: readonly Schedule[], { when }: Schedule, index: number): void {
  const { file, places, report, complete } = context;
  const { during, outside, holidays } = when;
  if (during !== undefined && outside !== undefined) {
    const message = "No time is both inside and outside of business hours: this schedule is never in force.";
    report("never-wins", later(places.value(when, "during"), places.value(when, "outside")), message);
    return;
  }
  const named = file.holidays;
  const any = (named?.dates?.length ?? 0) > 0 || (named !== undefined && places.of(named, "file") !== null);
  // To skip holidays that are still to be named does no harm.
  if (complete && holidays === "only" && !any && (named === undefined || places.of(named, "dates") === null)) {
    const message = "This is for holidays only, and the file names none: it is never in force.";
    report("never-wins", entryPlace(context, schedules, index), message);
  }
  const business = during === undefined ? "outside" : "during";
  if (complete && when[business] !== undefined && places.of(file, "businessHours") === null) {
    const key = places.key(file, "schedules");
    const text = 'businessHours: { days: [mon-fri], from: "09:00", to: "17:00" }';
    report(
      "default-business-hours",
      places.value(when, business),
      "Without `businessHours` these are Monday to Friday from 09:00 to 17:00.",
      key === null ? [] : [{ kind: "insert", before: key, text, title: "Say so in the file", certainty: "likely" }],
    );
  }
}

/** A layer that is in force at some times. */
interface Timed {
  readonly called: string;
  readonly match: Match;
  /** `null`: always. */
  readonly when: Schedule["when"] | null;
  readonly settings: ReadonlyMap<string, PlacedSetting>;
}

/** What holds of each policy in the end: what a later one says otherwise does not. */
function lastingSettings(policies: readonly Timed[]): readonly ReadonlyMap<string, PlacedSetting>[] {
  const later = new Set<string>();
  return policies
    .toReversed()
    .map(({ settings }) => {
      const lasting = new Map([...settings].filter(([path]) => !later.has(path)));
      for (const path of settings.keys()) later.add(path);
      return lasting;
    })
    .reverse();
}

function checkContradictions(context: CheckContext, schedules: readonly Schedule[]): void {
  if (schedules.length === 0) return;
  const { file, places, inventory } = context;
  const timed = schedules.slice(0, farthest).map((schedule, index): Timed => ({
    called: `schedule \`${schedule.name ?? `schedules[${index}]`}\``,
    match: schedule.match,
    when: schedule.when,
    settings: placedSettings(schedule, `schedules[${index}]`, places),
  }));
  const policies = (file.policies ?? []).slice(0, farthest).map((policy, index): Timed => ({
    called: `policy \`${policy.name ?? `policies[${index}]`}\``,
    match: policy.match,
    when: null,
    settings: placedSettings(policy, `policies[${index}]`, places),
  }));
  const containers = (match: Match): ReadonlySet<number> => {
    const matcher = compileMatch(match);
    return new Set((inventory?.containers ?? []).filter((one) => matcher.all(one)).map(({ vmid }) => vmid));
  };
  const known = new Map<Match, ReadonlySet<number>>();
  const of = (match: Match): ReadonlySet<number> => {
    const found = known.get(match) ?? containers(match);
    known.set(match, found);
    return found;
  };
  const meet = (a: Timed, b: Timed): boolean =>
    covers(a.match, b.match) || covers(b.match, a.match) || [...of(a.match)].some((vmid) => of(b.match).has(vmid));
  const lasting = lastingSettings(policies);
  const weeks = timed.map(({ when }) => (when === null ? null : weekOf(when)));
  for (const [index, schedule] of timed.entries()) {
    for (const [at, other] of timed.slice(0, index).entries()) {
      if (overlap(weeks[index] ?? null, weeks[at] ?? null) && meet(schedule, other)) compare(context, other, schedule);
    }
    for (const [at, policy] of policies.entries()) {
      if (meet(schedule, policy)) compare(context, { ...policy, settings: lasting[at] ?? policy.settings }, schedule);
    }
  }
}

/** Tells where one layer's least is more than the other's most. */
function compare({ report }: CheckContext, below: Timed, above: Timed): void {
  for (const resource of ["cpu", "memory", "swap"]) {
    const text = (size: number): string => (resource === "cpu" ? String(size) : formatSize(size));
    for (const [least, most] of [
      [below, above],
      [above, below],
    ] as const) {
      const [min, max] = [least.settings.get(`${resource}.min`), most.settings.get(`${resource}.max`)];
      // A layer that sets both means both; what it has beside its own bound was told with it.
      if (least.settings.has(`${resource}.max`) && least === above) continue;
      if (most.settings.has(`${resource}.min`) && most === above) continue;
      if (typeof min?.value !== "number" || typeof max?.value !== "number" || !(min.value > max.value)) continue;
      const place: Span | null = later(min.place.value, max.place.value);
      const while_ = below.when === null ? "While it is in force" : "While both are in force";
      const message = `${while_}, \`min\` (${text(min.value)}) of ${least.called} is above \`max\` (${text(max.value)}) of ${most.called}, which wins.`;
      report("contradicting-schedules", place, message);
    }
  }
}

const dayMinutes = 24 * 60;

/** The minutes of a week in which a window of weekdays is in force, as ranges; `null` where other things count too. */
function weekOf(when: Schedule["when"]): readonly (readonly [number, number])[] | null {
  const { days, from, to, dates, holidays, during, outside } = when;
  if ([dates, holidays, during, outside].some((part) => part !== undefined)) return null;
  if (from === undefined || to === undefined) return null;
  const length = to > from ? to - from : to - from + dayMinutes;
  const all = days === undefined ? [1, 2, 3, 4, 5, 6, 7] : days.flat();
  return all.flatMap((day) => {
    const start = (day - 1) * dayMinutes + from;
    const end = start + length;
    const week = 7 * dayMinutes;
    return end <= week ? [[start, end] as const] : [[start, week] as const, [0, end - week] as const];
  });
}

type Week = NonNullable<ReturnType<typeof weekOf>>;

/** True where two windows are surely in force at one time. */
function overlap(left: Week | null, right: Week | null): boolean {
  if (left === null || right === null) return false;
  return left.some(([start, end]) => right.some(([from, to]) => start < to && from < end));
}
