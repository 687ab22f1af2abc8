import type { When } from "../generated/autoscaler-file.js";
import type { CheckContext } from "./context.js";

/** What is missing in a schedule's `when`, and in `history`: keys that are needed only beside others. */
export function checkTimes(context: CheckContext): void {
  for (const schedule of context.file.schedules ?? []) checkWhen(context, schedule, schedule.when);
  checkHistory(context);
}

const enough = ["dates", "holidays", "during", "outside"] as const;

function checkWhen({ places, report }: CheckContext, schedule: object, when: When): void {
  const has = (key: string): boolean => places.of(when, key) !== null;
  const place = places.key(schedule, "when");
  if (!has("from") && !has("to")) {
    if (enough.some(has)) return;
    const message =
      "`from` and `to` are missing in `when`; only `dates`, `holidays`, `during` or `outside` say enough without.";
    report("missing-key", place, message);
    return;
  }
  for (const key of ["from", "to"] as const) {
    if (!has(key))
      report("missing-key", place, `\`${key}\` is missing in \`when\`: \`from\` and \`to\` belong together.`);
  }
}

function checkHistory({ file, places, report }: CheckContext): void {
  const { history } = file;
  if (history?.source !== "prometheus" || places.of(history, "prometheus") !== null) return;
  report(
    "missing-key",
    places.key(file, "history"),
    "`prometheus` is missing in `history`: `source: prometheus` needs its address.",
  );
}
