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
  if (Array.isArray(value)) return value.map((item) => masked(item)).sort(byText);
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

/** Node, type, id and user of a task stay. */
export function maskedUpid(upid: string): string {
  const [, node, , , , type, id, user] = upid.split(":");
  return ["UPID", node, "<pid>", "<pstart>", "<time>", type, id, user].join(":");
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
