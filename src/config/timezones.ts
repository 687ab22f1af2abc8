import { nearest } from "./nearest.js";

const known = new Map<string, boolean>();

/** True for an IANA name the runtime knows, in any case; offsets such as `+02:00` have no rules for summer time and are none. */
export function isTimezone(name: string): boolean {
  const cached = known.get(name);
  if (cached !== undefined) return cached;
  let valid = /^[A-Za-z]/u.test(name);
  if (valid) {
    try {
      new Intl.DateTimeFormat("en-US", { timeZone: name });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      valid = false;
    }
  }
  // Someone typing a name must not fill the memory of a long-lived language server.
  if (known.size > 1000) known.clear();
  known.set(name, valid);
  return valid;
}

/** The zone that was probably meant by a name there is not: a slip of the pen, or a city without its continent. */
export function meantTimezone(name: string): string | null {
  const zones = [...Intl.supportedValuesOf("timeZone"), "UTC"];
  const city = name.split("/").at(-1)?.replaceAll(" ", "_").toLowerCase() ?? "";
  const byCity = zones.find((zone) => zone.split("/").at(-1)?.toLowerCase() === city);
  return byCity ?? nearest(name, zones);
}
