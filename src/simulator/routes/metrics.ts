import type { Figures } from "../cluster/figures.js";
import type { SimulatedNode } from "../cluster/node.js";
import { storageUsage } from "../cluster/storage-usage.js";
import { flag, optionalText } from "../http/formats.js";
import type { Call, Route } from "./route.js";
import { needs } from "./route.js";

type Metric = readonly [metric: string, value: number, type?: "derive"];

function nodeMetrics(node: SimulatedNode): readonly Metric[] {
  const { figures } = node;
  const guests = [...node.guests.values()].flatMap(({ statistics }) => statistics ?? []);
  const sum = (of: (figures: Figures) => number) => guests.reduce((total, guest) => total + of(guest), 0);
  const [one, five, fifteen] = figures.loadAverage;
  return [
    ["uptime", node.uptime()],
    ["net_in", sum(({ netin }) => netin), "derive"],
    ["net_out", sum(({ netout }) => netout), "derive"],
    ["cpu_avg1", one],
    ["cpu_avg5", five],
    ["cpu_avg15", fifteen],
    ["cpu_max", node.specification.cores],
    ["cpu_current", figures.cpu],
    ["cpu_iowait", figures.ioWait],
    ["mem_total", node.specification.memory],
    ["mem_used", figures.memoryUsed],
    ["swap_total", figures.swapTotal],
    ["swap_used", figures.swapUsed],
    ["disk_total", figures.rootTotal],
    ["disk_used", figures.rootUsed],
  ];
}

/** One that does not run has its sizes alone. */
function guestMetrics(figures: Figures): readonly Metric[] {
  const sizes: readonly Metric[] = [
    ["uptime", figures.uptime],
    ["cpu_max", Number(figures.cpus)],
    ["mem_total", figures.maxmem],
    ["disk_total", figures.maxdisk],
  ];
  if (!figures.running) return sizes;
  return [
    ...sizes,
    ["cpu_current", figures.cpu],
    ["mem_used", figures.mem],
    ["disk_used", figures.disk],
    ["disk_read", figures.diskread, "derive"],
    ["disk_write", figures.diskwrite, "derive"],
    ["net_in", figures.netin, "derive"],
    ["net_out", figures.netout, "derive"],
  ];
}

function metrics(call: Call): unknown {
  const { cluster } = call;
  const timestamp = cluster.clock.seconds();
  const entries = (id: string, list: readonly Metric[]) =>
    list.map(([metric, value, type = "gauge"]) => ({ id, metric, timestamp, type, value }));
  const data = [...cluster.nodes.values()]
    .filter((node) => node.isOnline())
    .flatMap((node) => {
      node.catchUp();
      return [
        ...entries(`node/${node.name}`, nodeMetrics(node)),
        ...[...node.guests.values()].flatMap(({ vmid, statistics }) =>
          statistics === null ? [] : entries(`lxc/${vmid}`, guestMetrics(statistics)),
        ),
        ...cluster.storages.flatMap((storage) => {
          const { total, used } = storageUsage(cluster, node, storage);
          return entries(`storage/${node.name}/${storage.name}`, [
            ["disk_total", total],
            ["disk_used", used],
          ]);
        }),
      ];
    });
  return { data };
}

/** All figures at once, for other programs that draw them. */
export const metricRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/cluster/metrics/export",
    parameters: () => ({
      history: flag,
      "local-only": flag,
      "node-list": optionalText,
      "start-time": { type: "integer", optional: true, minimum: 0 },
    }),
    permission: needs("/", "Sys.Audit"),
    protected: true,
    handle: metrics,
  },
];
