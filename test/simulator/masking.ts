/** Figures that differ from run to run: how big they are is not compared, only that they are numbers. */
const counters: ReadonlySet<string> = new Set([
  "cpu",
  "disk",
  "diskread",
  "diskwrite",
  "endtime",
  "mem",
  "memhost",
  "netin",
  "netout",
  "pid",
  "pstart",
  "snaptime",
  "starttime",
  "time",
  "total",
  "uptime",
  // Of the host: another one has others.
  "maxdisk",
  "level",
]);

/** Texts that are made up anew each time. */
const madeUp: ReadonlySet<string> = new Set(["CSRFPreventionToken", "ssl_fingerprint", "ticket", "upid"]);

const secret = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|<token-secret>)$/u;

/** Parts that stand for a host: only which of them there are is compared. */
const ofTheHost: ReadonlySet<string> = new Set([
  "avail",
  "available",
  "boot-info",
  "cpuinfo",
  "current-kernel",
  "free",
  "idle",
  "kversion",
  "loadavg",
  "mhz",
  "pveversion",
  "total",
  "used",
  "used_fraction",
  "wait",
]);

/** An answer without what differs from run to run, lists in a fixed order, so that two answers can be compared. */
export function masked(value: unknown, key = ""): unknown {
  if (ofTheHost.has(key)) return "<of the host>";
  if (Array.isArray(value)) {
    const items = value.map((item) => masked(item)).sort(byText);
    // How many of the points are gaps depends on the minute at which somebody asks: which kinds there are is compared.
    return value.length > 0 && value.every(isPoint)
      ? items.filter((item, at) => byText(item, items[at - 1]) !== 0)
      : items;
  }
  if (isFigures(value)) return figures(value);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !name.startsWith("pressure"))
        .map(([name, item]) => [name, masked(item, name)])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
  }
  if (madeUp.has(key)) return "<made up>";
  if (counters.has(key) && typeof value === "number") return "<number>";
  if (typeof value === "string" && secret.test(value)) return "<made up>";
  if (typeof value === "string" && value.startsWith("UPID:")) return maskedUpid(value);
  return value;
}

/** A point of what was recorded. */
function isPoint(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && "time" in value && !("timezone" in value);
}

/** A point, or a metric: another host has other numbers, and was changed at other times. */
function isFigures(value: unknown): value is Readonly<Record<string, unknown>> {
  return isPoint(value) || (typeof value === "object" && value !== null && "metric" in value);
}

/** Its keys, and what is no number. */
function figures(value: Readonly<Record<string, unknown>>): unknown {
  const entries = Object.entries(value).filter(([name]) => !name.startsWith("pressure"));
  return Object.fromEntries(
    entries
      .map(([name, item]) => [name, typeof item === "number" ? "<number>" : item] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Node, type, id and user of a task stay. */
export function maskedUpid(upid: string): string {
  const [, node, , , , type, id, user] = upid.split(":");
  return ["UPID", node, "<pid>", "<pstart>", "<time>", type, id, user].join(":");
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
