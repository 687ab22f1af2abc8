import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupings, sortings, usualArrangement, type Arrangement } from "../../src/extension/containers/arrangement.js";
import { containerRow } from "../../src/extension/containers/container-row.js";
import { noFacts, type Facts } from "../../src/extension/containers/facts.js";
import { groupRow } from "../../src/extension/containers/group-row.js";
import { layoutChanges, layoutOf, type Layout } from "../../src/extension/containers/layout.js";
import type { Container, Inventory } from "../../src/model/index.js";
import { container, inventory, node } from "./builders.js";

const gibibyte = 1024 ** 3;

const cluster = inventory({
  nodes: [node({ name: "pve10" }), node({ name: "pve2" }), node({ name: "empty" })],
  containers: [
    container({ vmid: 110, name: "web-10", node: "pve10", tags: ["web", "prod"], pool: "office", cpu: 0.1 }),
    container({ vmid: 102, name: "web-2", node: "pve2", tags: ["web"], cpu: 0.9 }),
    container({ vmid: 103, name: "db", node: "pve2", tags: [], cpu: null, memory: 0.9 * gibibyte }),
    container({ vmid: 104, name: "old", node: "pve2", tags: [], status: "stopped", cpu: null, memory: null }),
  ],
});

const facts: Facts = {
  ...noFacts,
  policyOf: ({ tags }) => (tags.includes("web") ? "web" : null),
  isFavourite: (vmid) => vmid === 103,
};

const arranged = (changes: Partial<Arrangement>, known = noFacts, before: Layout | null = null): Layout =>
  layoutOf(cluster, { ...usualArrangement, ...changes }, known, before);

/** `key: vmids` of each group, then those that stand in none. */
const shape = ({ groups, loose }: Layout): readonly string[] => [
  ...groups.map(({ key, containers }) => `${key}: ${containers.map(({ vmid }) => vmid).join(" ")}`),
  ...loose.map(({ vmid }) => String(vmid)),
];

describe("the groups of the Containers view", () => {
  it("are the nodes, by name as people count, the empty one too", () => {
    expect(shape(arranged({}))).toEqual(["node:empty: ", "node:pve2: 102 103 104", "node:pve10: 110"]);
  });

  it.each([
    ["pool", ["pool:office: 110", "pool-: 102 103 104"]],
    ["tag", ["tag:prod: 110", "tag:web: 102 110", "tag-: 103 104"]],
    ["status", ["status:running: 102 103 110", "status:stopped: 104"]],
    ["policy", ["policy:web: 102 110", "policy-: 103 104"]],
    ["none", ["102", "103", "104", "110"]],
  ] as const)("by %s", (groupBy, expected) => {
    expect(shape(arranged({ groupBy }, { ...facts, isFavourite: () => false }))).toEqual(expected);
  });

  it("by policy are one where there is no file to ask", () => {
    expect(shape(arranged({ groupBy: "policy" }))).toEqual(["policy:: 102 103 104 110"]);
  });

  it("have the favourites before them, which stand in their own group too; in a list only on top", () => {
    expect(shape(arranged({}, facts)).slice(0, 3)).toEqual([
      "favourites: 103",
      "node:empty: ",
      "node:pve2: 102 103 104",
    ]);
    expect(shape(arranged({ groupBy: "none" }, facts))).toEqual(["favourites: 103", "102", "104", "110"]);
  });

  it("of one that is moving are those of the node that Proxmox names", () => {
    const foreign = { ...cluster, containers: [container({ node: "elsewhere" })] };
    expect(shape(layoutOf(foreign, usualArrangement, noFacts, null))).toContain("node:elsewhere: 101");
  });

  it("lose what the filter holds back, and go where nothing is left of them", () => {
    const layout = arranged({ filter: "web" });
    expect(shape(layout)).toEqual(["node:pve2: 102", "node:pve10: 110"]);
    expect(layout.groups.map(({ total }) => total)).toEqual([3, 1]);
    expect(layout.shown).toBe(2);
  });

  it("have the problems of their node; by anything else those stand with the cluster", () => {
    const problems = [
      { node: "pve2", message: "away" },
      { node: null, message: "no quorum" },
    ];
    const partly = { ...cluster, problems };
    const byNode = layoutOf(partly, usualArrangement, noFacts, null);
    expect(byNode.problems).toEqual([problems[1]]);
    expect(byNode.problemsOf.get("pve2")).toEqual([problems[0]]);
    expect(layoutOf(partly, { ...usualArrangement, groupBy: "tag" }, noFacts, null).problems).toEqual(problems);
  });
});

describe("the order of the Containers view", () => {
  it.each([
    ["id", ["102", "103", "104", "110"]],
    ["name", ["103", "104", "102", "110"]],
    // What is not known comes last.
    ["cpu", ["102", "110", "103", "104"]],
    ["memory", ["103", "102", "110", "104"]],
  ] as const)("by %s", (sortBy, expected) => {
    expect(shape(arranged({ groupBy: "none", sortBy }))).toEqual(expected);
  });

  const twoBusy = (first: number, second: number): Inventory =>
    inventory({ containers: [container({ cpu: first }), container({ vmid: 102, cpu: second })] });
  const byCpu = { ...usualArrangement, groupBy: "none", sortBy: "cpu" } as const;

  it("does not follow each digit of a figure, and does follow what has really changed", () => {
    const first = layoutOf(twoBusy(0.5, 0.49), byCpu, noFacts, null);
    const second = layoutOf(twoBusy(0.5, 0.53), byCpu, noFacts, first);
    expect(shape(second)).toEqual(["101", "102"]);
    expect(shape(layoutOf(twoBusy(0.5, 0.55), byCpu, noFacts, second))).toEqual(["102", "101"]);
  });

  it("does not creep: small steps add up", () => {
    let layout = layoutOf(twoBusy(0.5, 0.2), byCpu, noFacts, null);
    for (const cpu of [0.24, 0.28, 0.32, 0.36, 0.4, 0.44, 0.48, 0.52, 0.56, 0.6]) {
      layout = layoutOf(twoBusy(0.5, cpu), byCpu, noFacts, layout);
    }
    expect(shape(layout)).toEqual(["102", "101"]);
  });
});

describe("what changed between two layouts", () => {
  const nothing = { cluster: false, groups: [], containers: [] };
  const between = (before: Inventory, after: Inventory, arrangement: Arrangement = usualArrangement) => {
    const first = layoutOf(before, arrangement, noFacts, null);
    return layoutChanges(first, layoutOf(after, arrangement, noFacts, first));
  };
  const two = (changes: Partial<Container>): readonly Container[] => [
    container(changes),
    container({ vmid: 102, node: "pve2", name: "web-2" }),
  ];

  it("is nothing where the rows look the same", () => {
    const after = inventory({ observedAt: 10_000, containers: two({ cpu: 0.4199, uptime: 3610 }) });
    expect(between(inventory(), after)).toEqual(nothing);
  });

  it("is one container where one row looks different", () => {
    expect(between(inventory(), inventory({ containers: two({ cpu: 0.9 }) }))).toEqual({
      ...nothing,
      containers: [{ group: "node:pve1", vmid: 101 }],
    });
  });

  it("is each of its rows where it stands in several groups", () => {
    const tagged = (cpu: number) => inventory({ containers: [container({ tags: ["a", "b"], cpu })] });
    expect(between(tagged(0.1), tagged(0.9), { ...usualArrangement, groupBy: "tag" }).containers).toEqual([
      { group: "tag:a", vmid: 101 },
      { group: "tag:b", vmid: 101 },
    ]);
  });

  it("is the group alone where its row and those below it changed", () => {
    const after = inventory({
      nodes: [node({ cpu: 0.5 }), node({ name: "pve2" })],
      containers: two({ cpu: 0.9 }),
    });
    expect(between(inventory(), after)).toEqual({ ...nothing, groups: ["node:pve1"] });
  });

  it("is both nodes where a container moved", () => {
    expect(between(inventory(), inventory({ containers: two({ node: "pve2" }) }))).toEqual({
      ...nothing,
      groups: ["node:pve1", "node:pve2"],
    });
  });

  it.each([
    ["a node that came", { nodes: [node(), node({ name: "pve2" }), node({ name: "pve3" })] }],
    ["a lost quorum", { quorate: false }],
    ["a container more", { containers: [...inventory().containers, container({ vmid: 103 })] }],
    ["a problem of the cluster", { problems: [{ node: null, message: "no quorum" }] }],
    ["a problem of a node", { problems: [{ node: "pve2", message: "no route to host" }] }],
  ])("is the whole cluster with %s", (_what, changes) => {
    expect(between(inventory(), inventory(changes)).cluster).toBe(true);
  });

  it("is the cluster where the list itself is in another order", () => {
    const list = { ...usualArrangement, groupBy: "none", sortBy: "cpu" } as const;
    const before = inventory({ containers: two({ cpu: 0.9 }) });
    expect(between(before, inventory({ containers: two({ cpu: 0.1 }) }), list).cluster).toBe(true);
  });

  const someContainers = fc.uniqueArray(
    fc.record({
      vmid: fc.integer({ min: 100, max: 112 }),
      node: fc.constantFrom("pve1", "pve2"),
      cpu: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      status: fc.constantFrom("running" as const, "stopped" as const, "unknown" as const),
      tags: fc.subarray(["web", "db"]),
      pool: fc.option(fc.constant("office")),
      lock: fc.option(fc.constant("backup"), { freq: 5 }),
      stale: fc.boolean(),
    }),
    { selector: ({ vmid }) => vmid },
  );

  it("names every row that looks different, and none that does not", () => {
    fc.assert(
      fc.property(
        someContainers,
        someContainers,
        fc.record({
          groupBy: fc.constantFrom(...groupings),
          sortBy: fc.constantFrom(...sortings),
          filter: fc.constantFrom("", "web", "is:trouble", "-tag:db"),
        }),
        (before, after, arrangement) => {
          const inventories = [before, after].map((some) => inventory({ containers: some.map(container) }));
          const [first, second] = inventories.map((one) => layoutOf(one, arrangement, facts, null));
          if (first === undefined || second === undefined) throw new Error("two were made");
          const changes = layoutChanges(first, second);
          const [old, now] = [rows(first), rows(second)];
          for (const key of new Set([...old.keys(), ...now.keys()])) {
            const [group = ""] = key.split("|");
            const told =
              changes.cluster ||
              changes.groups.includes(group) ||
              changes.containers.some((one) => `${one.group ?? ""}|${one.vmid}` === key);
            if (old.get(key) !== now.get(key)) expect(told, key).toBe(true);
          }
          for (const { group, vmid } of changes.containers) {
            const key = `${group ?? ""}|${vmid}`;
            expect(old.get(key)).not.toBe(now.get(key));
          }
        },
      ),
    );
  });

  /** Each row's looks by where it stands. */
  function rows(layout: Layout): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const group of layout.groups) {
      found.set(`${group.key}|`, JSON.stringify(groupRow(layout.inventory, group)));
      for (const one of group.containers) found.set(`${group.key}|${one.vmid}`, JSON.stringify(containerRow(one)));
    }
    for (const one of layout.loose) found.set(`|${one.vmid}`, JSON.stringify(containerRow(one)));
    return found;
  }
});
