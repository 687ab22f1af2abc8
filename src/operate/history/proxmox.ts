import type { Container, UsageHistory } from "../../model/index.js";
import type { Gateway, UsageSpan } from "../../proxmox/index.js";
import { mergeHistories } from "./merge.js";
import { isRecorded, readRecords, recordLimit } from "./server-records.js";
import type { HistorySource } from "./source.js";

/** Seconds that each span of the server's records reaches back, newest point a step old. */
const spans: readonly (readonly [UsageSpan, number])[] = [
  ["hour", 59 * 60],
  ["day", 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["year", 365 * 24 * 3600],
];

/** Proxmox's own records (`rrddata`): one request a container, or two where it looks back beyond an hour. */
export function proxmoxHistory(gateway: Gateway): HistorySource {
  const limit = recordLimit();
  return ({ containers, signal }) => {
    const seconds = new Map(containers.map((wanted) => [wanted.container.vmid, wanted.seconds]));
    return readRecords(
      containers.map(({ container }) => container).filter(isRecorded),
      (container) => recordedUsage(gateway, container, seconds.get(container.vmid) ?? 0, signal),
      limit,
    );
  };
}

/** The hour is always read, because it is the finest; a longer span only where a window reaches beyond it. */
async function recordedUsage(
  gateway: Gateway,
  container: Container,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<UsageHistory> {
  const cancellation = signal === undefined ? {} : { signal };
  const hour = await gateway.usageHistory(container, "hour", cancellation);
  const span = spans.find(([, reach]) => seconds <= reach)?.[0] ?? "year";
  if (span === "hour") return hour;
  const longer = await gateway.usageHistory(container, span, cancellation);
  return mergeHistories([hour, longer]) ?? hour;
}
