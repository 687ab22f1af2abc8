import { replacing } from "../remedy.js";
import type { CheckContext } from "./context.js";

/** The name with the first number that no other entry has. */
function freeName(name: string, list: readonly { readonly name?: string }[]): string {
  const taken = new Set(list.map((entry) => entry.name));
  for (let number = 2; ; number += 1) if (!taken.has(`${name}-${number}`)) return `${name}-${number}`;
}

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
        const place = places.value(entry, "name");
        const message = `There is another ${word} named \`${entry.name}\` above.`;
        const free = freeName(entry.name, list ?? []);
        report("duplicate-name", place, message, [
          ...(place === null ? [] : [replacing(place, free, `Call it “${free}”`, "possible")]),
        ]);
      }
      seen.add(entry.name);
    }
  }
  if (context.complete && (file.schedules ?? []).length > 0 && places.of(file, "timezone") === null) {
    const message = "Without `timezone` these schedules are in UTC. Say `timezone: UTC` if that is meant.";
    report("default-timezone", places.key(file, "schedules"), message);
  }
  if (file.connection?.verifyTls === false) {
    const message =
      "Certificates are verified all the same. Pin a self-signed one with `fingerprint`, or name its authority with `ca`.";
    const key = places.key(file.connection, "verifyTls");
    report("unverified-tls", places.value(file.connection, "verifyTls"), message, [
      ...(key === null ? [] : [{ kind: "remove", key, title: "Remove “verifyTls”", certainty: "possible" } as const]),
    ]);
  }
}
