import { usualArrangement, type Arrangement } from "../../src/extension/containers/arrangement.js";
import { containerRow } from "../../src/extension/containers/container-row.js";
import { noFacts } from "../../src/extension/containers/facts.js";
import { groupRow } from "../../src/extension/containers/group-row.js";
import { layoutChanges, layoutOf, type Layout } from "../../src/extension/containers/layout.js";
import type { Inventory } from "../../src/model/index.js";
import { container, inventory, node } from "../extension/builders.js";
import { rounded, type Measurement } from "./measurement.js";

const rounds = 41;
const gibibyte = 1024 ** 3;

/** What the Containers view costs when it is first shown, and with each read: without the wire, and without the painting. */
export function measureContainers(): Measurement[] {
  const byCpu: Arrangement = { groupBy: "none", sortBy: "cpu", filter: "" };
  return [
    ...[20, 1000, 5000].map((count) => held(`refresh of ${count} containers`, refresh(count, usualArrangement), 16)),
    held("refresh of 5000 containers in a list by CPU", refresh(5000, byCpu), 16),
    held(
      "refresh of 5000 containers through a filter",
      refresh(5000, { ...usualArrangement, filter: "web cpu>50" }),
      16,
    ),
    held("first rows of 5000 containers, all nodes open", firstRows(5000), 1000),
  ];
}

/** CPU time in milliseconds from a new inventory to the list of rows to paint: each running container has moved a little. */
function refresh(count: number, arrangement: Arrangement): number {
  let layout = layoutOf(clusterOf(count, 0), arrangement, noFacts, null);
  return median(
    (round) => clusterOf(count, round),
    (next) => {
      const after = layoutOf(next, arrangement, noFacts, layout);
      layoutChanges(layout, after);
      layout = after;
    },
  );
}

function firstRows(count: number): number {
  return median(
    (round) => clusterOf(count, round),
    (next) => paint(layoutOf(next, usualArrangement, noFacts, null)),
  );
}

function paint({ inventory: of, groups, loose }: Layout): void {
  for (const group of groups) {
    groupRow(of, group);
    for (const one of group.containers) containerRow(one);
  }
  for (const one of loose) containerRow(one);
}

function clusterOf(count: number, round: number): Inventory {
  const nodes = Math.min(30, Math.max(3, count / 160));
  // The same in each run: figures that go up and down with the round.
  const wave = (vmid: number): number => 0.5 + 0.45 * Math.sin(vmid * 7.13 + round / 20);
  return inventory({
    nodes: Array.from({ length: nodes }, (_, index) => node({ name: `pve${index}` })),
    containers: Array.from({ length: count }, (_, index) =>
      container({
        vmid: 100 + index,
        name: `web-${index}`,
        node: `pve${index % nodes}`,
        cpu: wave(index),
        memory: wave(index + 1) * gibibyte,
        status: index % 10 === 0 ? "stopped" : "running",
      }),
    ),
  });
}

/** The middle of the CPU times of `run`: others on the machine don't count. */
function median(prepare: (round: number) => Inventory, run: (next: Inventory) => void): number {
  const times: number[] = [];
  for (let round = -10; round < rounds; round += 1) {
    const next = prepare(round);
    const began = process.cpuUsage();
    run(next);
    const { user, system } = process.cpuUsage(began);
    if (round >= 0) times.push((user + system) / 1000);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function held(name: string, milliseconds: number, limit: number): Measurement {
  const value = rounded(milliseconds);
  return { name, value, unit: "ms", comparedWith: `limit of ${limit} ms of CPU time`, ratio: rounded(value / limit) };
}
