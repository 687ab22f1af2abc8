import { describe, expect, it } from "vitest";
import { observe } from "../../src/operate/index.js";
import { bench, configuration } from "./harness.js";

const rrddata = (paths: readonly { readonly path: string }[]): readonly string[] =>
  paths.map(({ path }) => path).filter((path) => path.includes("rrddata"));

describe("observe", () => {
  it("reads the cluster in one request, and the rest of managed containers only", async () => {
    const on = await bench();
    on.simulator.control.forgetRequests();
    const config = configuration(
      "version: 1\npolicies: [{ match: { vmids: [101, 102] }, cpu: { scaleUp: { above: 80%, for: 2m } } }]",
    );
    const { inventory, history } = await observe({ gateway: on.gateway, config, now: on.simulator.control.now() });
    const requests = on.simulator.control.requests();
    expect(requests.filter(({ path }) => path.startsWith("/cluster/resources"))).toHaveLength(1);
    expect(requests.filter(({ path }) => path.endsWith("/config?current=1"))).toHaveLength(2);
    const recorded = requests.filter(({ path }) => /lxc\/\d+\/rrddata/u.test(path));
    expect(recorded).toHaveLength(2);
    expect(recorded.every(({ path }) => path.includes("timeframe=hour"))).toBe(true);
    expect([...history.keys()].sort()).toEqual([101, 102]);
    expect(inventory.containers.filter(({ configuration: read }) => read !== null).map(({ vmid }) => vmid)).toEqual([
      101, 102,
    ]);
    expect(requests.every(({ method }) => method === "GET")).toBe(true);
  });

  it("reaches back as far as a percentile asks, with the finest steps where there are any", async () => {
    const on = await bench();
    const config = configuration(
      "version: 1\npolicies: [{ match: { vmids: [101] }, cpu: { percentile: { of: 95%, over: 7d, margin: 15% } } }]",
    );
    const now = on.simulator.control.now();
    const { history } = await observe({ gateway: on.gateway, config, now });
    const asked = rrddata(on.simulator.control.requests()).filter((path) => path.includes("/lxc/"));
    expect(asked.map((path) => /timeframe=(\w+)/u.exec(path)?.[1]).sort()).toEqual(["hour", "week"]);
    const { samples, stepSeconds } = history.get(101)!;
    expect(stepSeconds).toBe(60);
    const times = Array.from(samples, ({ time }) => time);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(now - times[0]!).toBeGreaterThan(6.5 * 24 * 3600 * 1000);
  });

  it("asks nothing of containers that do not run, and reads the size of ignored ones", async () => {
    const on = await bench();
    const { containers } = await on.gateway.inventory();
    const stopped = containers.find(({ status, template }) => status === "stopped" && !template)!;
    on.simulator.control.forgetRequests();
    const config = configuration(
      `version: 1\npolicies: [{ match: { vmids: [101, ${stopped.vmid}] }, cpu: { max: 4 } }]\nignore: { vmids: [101] }`,
    );
    const { inventory, history } = await observe({ gateway: on.gateway, config, now: on.simulator.control.now() });
    expect(rrddata(on.simulator.control.requests()).filter((path) => path.includes("/lxc/"))).toEqual([]);
    expect(history.size).toBe(0);
    expect(inventory.containers.find(({ vmid }) => vmid === 101)?.configuration).not.toBeNull();
  });

  it("turns usage that can't be read into a problem of its node", async () => {
    const on = await bench();
    on.simulator.control.addFault({
      kind: "status",
      status: 500,
      reason: "RRD error: no such",
      path: "/lxc/101/rrddata",
    });
    const config = configuration("version: 1\npolicies: [{ match: { vmids: [101, 102] }, cpu: { max: 4 } }]");
    const { inventory, history } = await observe({ gateway: on.gateway, config, now: on.simulator.control.now() });
    expect([...history.keys()]).toEqual([102]);
    expect(inventory.problems).toMatchObject([
      { node: "pve1", message: expect.stringContaining("recorded usage of 101 (web-1) could not be read") as string },
    ]);
  });

  it("stops when it is cancelled", async () => {
    const on = await bench();
    const config = configuration("version: 1\npolicies: [{ match: { vmids: [101] }, cpu: { max: 4 } }]");
    await expect(
      observe({ gateway: on.gateway, config, now: on.simulator.control.now(), signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ kind: "cancelled" });
  });
});
