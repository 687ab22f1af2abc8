/** A time (milliseconds since the epoch) as a clock on the wall shows it: `14:02`. */
export function timeOfDay(time: number): string {
  return new Date(time).toLocaleTimeString([], { timeStyle: "short" });
}
