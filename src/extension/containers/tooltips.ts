import { l10n, MarkdownString } from "vscode";
import type { Container, Node, Rates } from "../../model/index.js";
import { timeOfDay } from "../clock.js";
import type { Cluster } from "../cluster/cluster.js";
import { statusWord, troublesOf } from "./container-row.js";
import { plain } from "../markdown.js";
import type { Glimpse } from "./glimpses.js";
import { sparkline } from "./sparkline.js";
import { bar, percent, share, speed, unknownFigure, uptimeOf, usageOf } from "./figures.js";

/** Everything known of a container, with bars for what is in use and how that went in the past hour. */
export function containerTooltip(container: Container, cluster: Cluster, glimpse: Glimpse | null): MarkdownString {
  const text = start(container.name === "" ? `CT ${container.vmid}` : container.name);
  const state = container.template ? l10n.t("template") : statusWord(container.status);
  text.appendMarkdown(` · CT ${container.vmid} · ${plain(container.node)} · `);
  text.appendMarkdown(plain(container.stale ? l10n.t("last known: {0}", state) : state));
  if (container.lock !== null) text.appendMarkdown(` · $(lock) ${plain(container.lock)}`);
  for (const trouble of troublesOf(container)) {
    text.appendMarkdown("\n\n$(warning) ");
    text.appendMarkdown(plain(`${trouble.charAt(0).toUpperCase()}${trouble.slice(1)}.`));
  }
  const since = cluster.inventory.offlineSince(container.node);
  if (container.stale && since !== undefined) {
    text.appendMarkdown("\n\n$(warning) ");
    text.appendMarkdown(plain(l10n.t("{0} is offline since {1}.", container.node, timeOfDay(since))));
  }
  const cores = container.cores === null ? "" : ` ${l10n.t("of {0} cores", container.cores)}`;
  if (container.status === "running" && !container.stale) {
    table(text, [
      ["CPU", container.cpu, `${percent(container.cpu)}${cores}`, glimpse?.pastHour?.cpu],
      [
        l10n.t("Memory"),
        share(container.memory, container.memoryLimit),
        usageOf(container.memory, container.memoryLimit),
        glimpse?.pastHour?.memory,
      ],
      ...(container.swapLimit === null || container.swapLimit === 0
        ? []
        : ([
            ["Swap", share(container.swap, container.swapLimit), usageOf(container.swap, container.swapLimit)],
          ] as const)),
      [l10n.t("Disk"), share(container.disk, container.diskLimit), usageOf(container.disk, container.diskLimit)],
      ...trafficRows(container.rates ?? null),
    ]);
  }
  const facts = [
    container.uptime === null || container.uptime === 0 ? null : l10n.t("Up for {0}", uptimeOf(container.uptime)),
    glimpse === null || glimpse.addresses === null || glimpse.addresses.length === 0
      ? null
      : `$(globe) ${plain(glimpse.addresses.join(", "))}`,
    container.tags.length === 0 ? null : `$(tag) ${plain(container.tags.join(", "))}`,
    container.pool === null ? null : plain(l10n.t("Pool {0}", container.pool)),
    container.haState === null ? null : plain(l10n.t("High availability: {0}", container.haState)),
  ].filter((fact) => fact !== null);
  if (facts.length > 0) text.appendMarkdown(`\n\n${facts.join(" · ")}`);
  for (const line of scalingLines(glimpse)) {
    text.appendMarkdown("\n\n");
    text.appendMarkdown(plain(line));
  }
  return finish(text, cluster);
}

/** What the autoscaler has to do with it. */
function scalingLines(glimpse: Glimpse | null): readonly string[] {
  if (glimpse === null) return [];
  const { policy, lastChange } = glimpse;
  return [
    ...(policy === undefined
      ? []
      : [policy === null ? l10n.t("Under no policy: it is not scaled") : l10n.t("Policy {0}", policy)]),
    ...(lastChange === null
      ? []
      : [l10n.t("Last change: {0}, {1}", lastChange.words, new Date(lastChange.time).toLocaleString())]),
  ];
}

/** Everything known of a node. */
export function nodeTooltip(node: Node, cluster: Cluster): MarkdownString {
  const text = start(node.name);
  text.appendMarkdown(` · ${node.status}`);
  if (node.status !== "online") {
    text.appendMarkdown(`\n\n${l10n.t("Its containers are shown as they were last seen.")}`);
    return finish(text, cluster);
  }
  const cores = node.cores === null ? "" : ` ${l10n.t("of {0} cores", node.cores)}`;
  table(text, [
    ["CPU", node.cpu, `${percent(node.cpu)}${cores}`],
    [l10n.t("Memory"), share(node.memory, node.memoryLimit), usageOf(node.memory, node.memoryLimit)],
  ]);
  if (node.uptime !== null) text.appendMarkdown(`\n\n${l10n.t("Up for {0}", uptimeOf(node.uptime))}`);
  return finish(text, cluster);
}

export function clusterTooltip(cluster: Cluster): MarkdownString {
  const text = start(cluster.name);
  text.appendMarkdown("\n\n");
  text.appendMarkdown(plain(`${cluster.host}\n${cluster.connection.tokenId}`));
  const { inventory, problem } = cluster.inventory;
  if (inventory?.quorate === false) {
    text.appendMarkdown(`\n\n$(warning) ${l10n.t("No quorum: the cluster can be read, but refuses every change.")}`);
  }
  if (problem !== null) {
    text.appendMarkdown("\n\n$(warning) ");
    text.appendMarkdown(plain(problem.sentence));
  }
  return finish(text, cluster);
}

function start(title: string): MarkdownString {
  const text = new MarkdownString(undefined, true);
  text.appendMarkdown("**");
  text.appendMarkdown(plain(title));
  text.appendMarkdown("**");
  return text;
}

/** A figure's name, its share of what there is (`null`: unknown, `undefined`: of nothing), it in words, and the past hour. */
type Row = readonly [
  name: string,
  fraction: number | null | undefined,
  words: string,
  pastHour?: readonly (number | null)[] | undefined,
];

/** Until two reads have told them there is nothing to show. */
function trafficRows(rates: Rates | null): readonly Row[] {
  if (rates === null) return [];
  const { netIn, netOut, diskRead, diskWrite } = rates;
  return [
    [l10n.t("Network"), undefined, l10n.t("{0} in, {1} out", speed(netIn), speed(netOut))],
    [l10n.t("Disk traffic"), undefined, l10n.t("{0} read, {1} written", speed(diskRead), speed(diskWrite))],
  ];
}

function table(text: MarkdownString, rows: readonly Row[]): void {
  const drawn = rows.some(([, , , pastHour]) => pastHour !== undefined);
  const head = drawn ? ` ${l10n.t("past hour")} |` : "";
  text.appendMarkdown(`\n\n| | | |${head}\n|---|---|---|${drawn ? "---|" : ""}\n`);
  for (const [name, fraction, words, pastHour = []] of rows) {
    const picture = fraction === undefined ? "" : fraction === null ? unknownFigure : bar(fraction);
    text.appendMarkdown(`| ${name} | ${picture} | ${words} |${drawn ? ` ${sparkline(pastHour, hourWidth)} |` : ""}\n`);
  }
}

/** Proxmox records a minute's step: three of them a character. */
const hourWidth = 20;

function finish(text: MarkdownString, cluster: Cluster): MarkdownString {
  const { readAt } = cluster.inventory;
  if (readAt !== null) {
    text.appendMarkdown(`\n\n*${l10n.t("As of {0}", new Date(readAt).toLocaleTimeString())}*`);
  }
  return text;
}
