import type { CheckContext } from "./context.js";

/** Names that are given twice, and the few findings about single keys that only the whole file shows. */
export function checkNames(context: CheckContext): void {
  const { file, places, report } = context;
  for (const [list, word] of [
    [file.policies, "policy"],
    [file.schedules, "schedule"],
    [file.groups, "group"],
  ] as const) {
    const seen = new Set<string>();
    for (const entry of list ?? []) {
      if (entry.name === undefined) continue;
      if (seen.has(entry.name)) {
        report(
          "duplicate-name",
          places.value(entry, "name"),
          `There is another ${word} named \`${entry.name}\` above.`,
        );
      }
      seen.add(entry.name);
    }
  }
  if ((file.schedules ?? []).length > 0 && places.of(file, "timezone") === null) {
    const message = "Without `timezone` these schedules are in UTC. Say `timezone: UTC` if that is meant.";
    report("default-timezone", places.key(file, "schedules"), message);
  }
  if (file.connection?.verifyTls === false) {
    const message =
      "Certificates are verified all the same. Pin a self-signed one with `fingerprint`, or name its authority with `ca`.";
    report("unverified-tls", places.value(file.connection, "verifyTls"), message);
  }
}
