import { afterEach, describe, expect, it } from "vitest";
import { Clusters } from "../../src/extension/cluster/clusters.js";
import { ConnectionStore } from "../../src/extension/cluster/connection-store.js";
import { groupings, usualArrangement } from "../../src/extension/containers/arrangement.js";
import { containersSummary } from "../../src/extension/containers/containers-state.js";
import { ContainersTree } from "../../src/extension/containers/containers-tree.js";
import type { ContainersElement } from "../../src/extension/containers/elements.js";
import { noFacts } from "../../src/extension/containers/facts.js";
import { startSimulator, type SimulatorOptions } from "../../src/simulator/index.js";

const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The demo cluster, connected to as the extension does. */
async function connected(
  options: SimulatorOptions = {},
  changes: { readonly fingerprint?: string; readonly token?: string } = {},
) {
  const simulator = await startSimulator({ clock: "manual", ...options });
  open.push(() => simulator.close());
  const clusters = clustersWithout();
  const arranged = { arrangement: usualArrangement, facts: noFacts };
  const tree = new ContainersTree(clusters, {
    arrangement: () => arranged.arrangement,
    factsOf: () => arranged.facts,
  });
  open.push(() => tree.dispose());
  const repaints: (readonly string[] | null)[] = [];
  tree.onDidChange((elements) => repaints.push(elements?.map(({ id }) => id) ?? null));
  const [tokenId = "", secret = ""] = (changes.token ?? simulator.token).split("=");
  const cluster = await clusters.connect(
    {
      id: "x",
      label: "somewhere",
      endpoints: [simulator.url],
      fingerprints: [changes.fingerprint ?? simulator.fingerprint],
      tokenId,
      demo: true,
    },
    secret,
  );
  return { simulator, clusters, cluster, tree, repaints, arranged };
}

/** Clusters of nobody; `keyStore: false` takes no secret, as on a Linux without a keyring. */
function clustersWithout({ keyStore = true, told = [] as string[] } = {}): Clusters {
  const secrets = new Map<string, string>();
  const store = new ConnectionStore(
    { get: () => [], update: () => Promise.resolve() },
    {
      get: (key) => Promise.resolve(secrets.get(key)),
      store: () => (keyStore ? Promise.resolve() : Promise.reject(new Error("no keyring"))),
      delete: () => Promise.resolve(),
    },
  );
  const clusters = new Clusters(store, {
    refreshSeconds: () => 10,
    timeoutSeconds: () => 5,
    recordsDirectory: () => null,
    keptForSession: (_connection, error) => told.push(String(error)),
  });
  open.push(() => clusters.dispose());
  return clusters;
}

/** All rows, in the order in which they stand. */
function rows(tree: ContainersTree): readonly ContainersElement[] {
  const below = (element: ContainersElement): readonly ContainersElement[] => [
    element,
    ...tree.children(element).flatMap(below),
  ];
  return tree.roots().flatMap(below);
}

const words = { stale: (name: string) => `${name} is not up to date`, nothingFound: () => "nothing found" };
const stateOf = (clusters: Clusters): string => containersSummary(clusters.all, words).state;

describe("the Containers tree of the demo cluster", () => {
  it("is cluster → node → container, each with an id of its own that stays", async () => {
    const { tree, clusters } = await connected();
    const kinds = (kind: string): number => rows(tree).filter((row) => row.kind === kind).length;
    expect([kinds("cluster"), kinds("node"), kinds("container"), kinds("problem")]).toEqual([1, 3, 20, 0]);
    const ids = rows(tree).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(rows(tree)).toEqual(rows(tree));
    expect(rows(tree)[5]).toBe(rows(tree)[5]);
    expect(stateOf(clusters)).toBe("tree");
  });

  it("knows what each row stands below", async () => {
    const { tree } = await connected();
    for (const root of tree.roots()) {
      expect(tree.parent(root)).toBeUndefined();
      for (const node of tree.children(root)) {
        expect(tree.parent(node)).toBe(root);
        for (const leaf of tree.children(node)) expect(tree.parent(leaf)).toBe(node);
      }
    }
  });

  it("repaints nothing when nothing changed, and one row when one container does", async () => {
    const { simulator, cluster, tree, repaints } = await connected();
    rows(tree);
    repaints.length = 0;
    await cluster.inventory.refresh();
    expect(repaints).toEqual([]);
    const stopped = rows(tree).find(
      (row) => row.kind === "container" && row.cluster.container(row.vmid)?.status === "running",
    );
    if (stopped?.kind !== "container") throw new Error("no container runs");
    cluster.expect(stopped.vmid, { status: "stopped" });
    await cluster.inventory.refresh();
    expect(repaints).toEqual([[stopped.id]]);
    await simulator.close();
  });

  it("repaints nothing that nobody has looked at yet", async () => {
    const { cluster, repaints } = await connected();
    repaints.length = 0;
    const [first] = cluster.inventory.inventory?.containers ?? [];
    cluster.expect(first?.vmid ?? 0, { status: "stopped" });
    await cluster.inventory.refresh();
    expect(repaints).toEqual([]);
  });

  it("repaints no row below a group that was never opened", async () => {
    const { cluster, tree, repaints } = await connected();
    for (const root of tree.roots()) tree.children(root);
    repaints.length = 0;
    const [first] = cluster.inventory.inventory?.containers ?? [];
    cluster.expect(first?.vmid ?? 0, { status: "stopped" });
    await cluster.inventory.refresh();
    expect(repaints).toEqual([]);
  });

  it("is arranged anew when another arrangement is asked for, with rows that know what they stand below", async () => {
    const { clusters, tree, repaints, arranged, cluster } = await connected();
    for (const groupBy of groupings) {
      rows(tree);
      arranged.arrangement = { ...usualArrangement, groupBy };
      repaints.length = 0;
      tree.rearrange();
      if (groupBy !== "node") expect(repaints).toEqual([[cluster.id]]);
      const ids = rows(tree).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const root of tree.roots()) {
        for (const child of tree.children(root)) {
          expect(tree.parent(child)).toBe(root);
          for (const leaf of tree.children(child)) expect(tree.parent(leaf)).toBe(child);
        }
      }
    }
    arranged.arrangement = { ...usualArrangement, filter: "nothing like that" };
    tree.rearrange();
    expect(tree.counts()).toEqual({ shown: 0, total: 20 });
    const filtered = { filter: "x", ...tree.counts() };
    expect(containersSummary(clusters.all, words, filtered).message).toBe("nothing found");
  });

  it("shows a container under each of its tags, and says at all of its rows what is being done", async () => {
    const { cluster, tree, repaints, arranged } = await connected();
    arranged.arrangement = { ...usualArrangement, groupBy: "tag" };
    arranged.facts = { ...noFacts, isFavourite: (vmid) => vmid === 101 };
    tree.rearrange();
    const places = rows(tree).filter((row) => row.kind === "container" && row.vmid === 101);
    expect(places.length).toBeGreaterThan(1);
    expect(places[0]?.id).toContain("/favourites/");
    repaints.length = 0;
    await cluster.during({ vmid: 101, node: "pve1" }, "rebooting…", () => Promise.resolve());
    expect([...(repaints[0] ?? [])].sort()).toEqual(places.map(({ id }) => id).sort());
    expect(tree.rowOf(cluster, 101)?.id).not.toContain("favourites");
  });

  it("shows at a row that something is being done, and stops to after the result was read", async () => {
    const { cluster, repaints } = await connected();
    const [first] = cluster.inventory.inventory?.containers ?? [];
    if (first === undefined) throw new Error("there is no container");
    repaints.length = 0;
    const seen = await cluster.during(first, "starting…", () => Promise.resolve(cluster.doing(first.vmid)));
    expect(seen).toBe("starting…");
    expect(cluster.doing(first.vmid)).toBeUndefined();
    await expect(cluster.during(first, "x", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(cluster.doing(first.vmid)).toBeUndefined();
  });

  it("forgets the rows of a cluster that is gone", async () => {
    const { clusters, cluster, tree } = await connected();
    rows(tree);
    await clusters.remove(cluster);
    expect(rows(tree)).toEqual([]);
    expect(stateOf(clusters)).toBe("none");
  });
});

describe("two clusters side by side", () => {
  it("have rows of their own for the same CT ids, and repaint theirs alone", async () => {
    const { clusters, cluster, tree, repaints, arranged } = await connected();
    const other = await startSimulator({ clock: "manual", nodes: 1, containers: 3 });
    open.push(() => other.close());
    const [tokenId = "", secret = ""] = other.token.split("=");
    const { url, fingerprint } = other;
    const second = await clusters.connect(
      { id: "y", label: "other", endpoints: [url], fingerprints: [fingerprint], tokenId, demo: true },
      secret,
    );
    const ids = rows(tree).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(tree.roots().map((root) => root.cluster)).toEqual([cluster, second]);
    expect(tree.counts()).toEqual({ shown: 23, total: 23 });
    repaints.length = 0;
    second.expect(101, { status: "stopped" });
    await second.inventory.refresh();
    await cluster.inventory.refresh();
    expect(repaints).toEqual([["y/node:pve1/101"]]);
    arranged.facts = { ...noFacts, isFavourite: (vmid) => vmid === 101 };
    tree.rearrange();
    expect(rows(tree).filter((row) => row.id.endsWith("/favourites/101"))).toHaveLength(2);
  });
});

describe("a cluster that can't be shown", () => {
  it("is not trusted where the certificate is another: no data, and both fingerprints in the sentence", async () => {
    const fingerprint = Array.from({ length: 32 }, () => "AA").join(":");
    const { simulator, clusters, cluster, tree } = await connected({}, { fingerprint });
    expect(cluster.inventory.inventory).toBeNull();
    expect(cluster.inventory.problem?.kind).toBe("untrusted");
    expect(cluster.inventory.problem?.sentence).toContain(simulator.fingerprint);
    expect(cluster.inventory.problem?.sentence).toContain("nothing was sent to it");
    expect(stateOf(clusters)).toBe("untrusted");
    expect(rows(tree)).toEqual([]);
  });

  it("is shown as soon as the new certificate is accepted", async () => {
    const fingerprint = Array.from({ length: 32 }, () => "AA").join(":");
    const { simulator, clusters, cluster, tree } = await connected({}, { fingerprint });
    await clusters.change(cluster, { ...cluster.connection, fingerprints: [simulator.fingerprint] });
    expect(stateOf(clusters)).toBe("tree");
    expect(rows(tree).length).toBeGreaterThan(20);
  });

  it("is without privileges where Proxmox lists nothing, with the lines that help", async () => {
    const { clusters, cluster } = await connected({ scenario: "no-privileges" });
    expect(cluster.inventory.inventory).toBeNull();
    expect(stateOf(clusters)).toBe("no-privileges");
    expect(cluster.inventory.problem?.lines?.join("\n")).toMatch(/pveum acl modify \/ --tokens/u);
  });

  it("is not logged in with a wrong secret", async () => {
    const { clusters, cluster } = await connected({}, { token: "root@pam!demo=00000000-0000-0000-0000-000000000000" });
    expect(stateOf(clusters)).toBe("not-authenticated");
    expect(cluster.inventory.problem?.sentence).toContain("root@pam!demo");
    expect(cluster.inventory.problem?.sentence).not.toContain("00000000-0000");
  });

  it("is not reachable once the host is gone, and keeps what it showed", async () => {
    const { simulator, clusters, cluster, tree } = await connected();
    await simulator.close();
    await cluster.inventory.refresh();
    expect(cluster.inventory.problem?.kind).toBe("unreachable");
    expect(rows(tree).length).toBeGreaterThan(20);
    expect(containersSummary(clusters.all, words)).toEqual({
      state: "tree",
      message: "demo is not up to date",
    });
  });

  it("asks for the secret again where the key store has lost it", async () => {
    const clusters = clustersWithout();
    const saved = {
      id: "y",
      label: "home",
      endpoints: ["https://127.0.0.1:1"],
      fingerprints: ["AA"],
      tokenId: "root@pam!x",
    };
    const cluster = await clusters.connect({ ...saved, demo: false }, "gone");
    expect(cluster.inventory.problem).toMatchObject({ kind: "not-authenticated" });
    expect(stateOf(clusters)).toBe("not-authenticated");
  });

  it("lasts as long as the window where the key store takes no secret, and says so", async () => {
    const simulator = await startSimulator({ clock: "manual" });
    open.push(() => simulator.close());
    const told: string[] = [];
    const clusters = clustersWithout({ keyStore: false, told });
    const [tokenId = "", secret = ""] = simulator.token.split("=");
    const { url, fingerprint } = simulator;
    const connection = { id: "y", label: "home", endpoints: [url], fingerprints: [fingerprint], tokenId, demo: false };
    await clusters.connect(connection, secret);
    expect(stateOf(clusters)).toBe("tree");
    expect(told).toEqual(["Error: no keyring"]);
  });

  it("stands beside others with its problem below it", async () => {
    const { clusters, tree } = await connected();
    const saved = {
      id: "y",
      label: "home",
      endpoints: ["https://127.0.0.1:1"],
      fingerprints: ["AA"],
      tokenId: "root@pam!x",
    };
    await clusters.connect({ ...saved, demo: false }, "gone");
    const second = tree.roots()[1];
    expect(second?.cluster.name).toBe("home");
    expect(second === undefined ? [] : tree.children(second).map(({ kind }) => kind)).toEqual(["problem"]);
  });
});
