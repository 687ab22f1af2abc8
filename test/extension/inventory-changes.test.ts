import { describe, expect, it } from "vitest";
import { everythingChanged, inventoryChanges, isNothing } from "../../src/extension/cluster/inventory-changes.js";
import { container, inventory, node } from "./builders.js";

describe("what changed between two inventories", () => {
  it("is everything at first", () => {
    expect(inventoryChanges(null, inventory())).toEqual(everythingChanged);
  });

  it("is nothing where the rows look the same", () => {
    const before = inventory();
    const after = inventory({
      observedAt: 10_000,
      containers: before.containers.map((one) => ({ ...one, cpu: 0.4199, uptime: 3610 })),
    });
    expect(isNothing(inventoryChanges(before, after))).toBe(true);
  });

  it("is one container where one row looks different", () => {
    const after = inventory({
      containers: [container({ cpu: 0.9 }), container({ vmid: 102, node: "pve2", name: "web-2" })],
    });
    expect(inventoryChanges(inventory(), after)).toEqual({
      cluster: false,
      nodes: [],
      containers: [{ vmid: 101, node: "pve1" }],
    });
  });

  it("is the node alone where its row and those below it changed", () => {
    const after = inventory({
      nodes: [node({ cpu: 0.5 }), node({ name: "pve2" })],
      containers: [container({ cpu: 0.9 }), container({ vmid: 102, node: "pve2", name: "web-2" })],
    });
    expect(inventoryChanges(inventory(), after)).toEqual({ cluster: false, nodes: ["pve1"], containers: [] });
  });

  it("is both nodes where a container moved", () => {
    const moved = inventory({
      containers: [container({ node: "pve2" }), container({ vmid: 102, node: "pve2", name: "web-2" })],
    });
    expect(inventoryChanges(inventory(), moved)).toEqual({ cluster: false, nodes: ["pve1", "pve2"], containers: [] });
  });

  it("is the node whose problem came or went", () => {
    const after = inventory({ problems: [{ node: "pve2", message: "no route to host" }] });
    expect(inventoryChanges(inventory(), after)).toEqual({ cluster: false, nodes: ["pve2"], containers: [] });
  });

  it.each([
    ["a node that came", { nodes: [node(), node({ name: "pve2" }), node({ name: "pve3" })] }],
    ["a lost quorum", { quorate: false }],
    ["a container more", { containers: [...inventory().containers, container({ vmid: 103 })] }],
    ["a problem of the cluster", { problems: [{ node: null, message: "no quorum" }] }],
  ])("is the whole cluster with %s", (_what, changes) => {
    expect(inventoryChanges(inventory(), inventory(changes))).toEqual(everythingChanged);
  });

  it("looks at five thousand containers in passing", () => {
    const many = inventory({
      nodes: Array.from({ length: 30 }, (_, index) => node({ name: `pve${index}` })),
      containers: Array.from({ length: 5000 }, (_, index) =>
        container({ vmid: 100 + index, node: `pve${index % 30}` }),
      ),
    });
    const one = {
      ...many,
      containers: many.containers.map((each) => (each.vmid === 777 ? { ...each, cpu: 1 } : each)),
    };
    expect(inventoryChanges(many, one).containers).toEqual([{ vmid: 777, node: "pve17" }]);
  });
});
