import { describe, expect, it } from "vitest";
import { start } from "./start.js";

type Entry = Readonly<Record<string, unknown>>;

const path = "/nodes/pve1/lxc/101";

describe("Proxmox VE 8", () => {
  it("says so", async () => {
    const { client } = await start({ pve: 8 });
    expect(await client.data("/version")).toMatchObject({ version: "8.4.21", release: "8.4" });
    expect((await client.data<Entry>("/nodes/pve1/status"))["pveversion"]).toMatch(/^pve-manager\/8\.4\.21\//u);
  });

  it("knows neither pressure nor memhost", async () => {
    for (const pve of [8, 9] as const) {
      const { client } = await start({ pve });
      const current = await client.data<Entry>(`${path}/status/current`);
      const [resource] = await client.data<Entry[]>("/cluster/resources?type=vm");
      const points = await client.data<Entry[]>(`${path}/rrddata?timeframe=hour`);
      const has = (entry: Entry | undefined, start: string) =>
        Object.keys(entry ?? {}).some((key) => key.startsWith(start));
      expect([has(current, "pressure"), has(resource, "memhost"), has(points.at(-1), "pressure")]).toEqual([
        pve === 9,
        pve === 9,
        pve === 9,
      ]);
    }
  });

  it("does not take the options that 9 brought", async () => {
    const { client } = await start({ pve: 8 });
    const reply = await client.ask(`${path}/config`, { method: "PUT", data: "entrypoint=/sbin/init" });
    expect(reply.status).toBe(400);
    expect((await client.ask(`${path}/config`, { method: "PUT", data: "delete=env" })).body).toContain(
      "unknown option 'env'",
    );
  });

  it.each([
    ["hour", 60],
    ["day", 1_800],
    ["week", 10_800],
    ["month", 43_200],
    ["year", 604_800],
  ])("keeps seventy points of the past %s at most, %i s apart", async (timeframe, step) => {
    const { client } = await start({ pve: 8 });
    const points = await client.data<{ time: number }[]>(`${path}/rrddata?timeframe=${timeframe}`);
    expect(points.length).toBeGreaterThan(50);
    expect(points.length).toBeLessThanOrEqual(70);
    const steps = points.slice(1).map((point, index) => point.time - (points[index]?.time ?? 0));
    expect(new Set(steps)).toEqual(new Set([step]));
  });

  it("names the file of its recordings where there is none", async () => {
    const { client } = await start({ pve: 8 });
    expect((await client.ask("/nodes/pve1/lxc/999/rrddata?timeframe=hour")).reason).toContain("/pve2-vm/999'");
  });

  it("has VM.Monitor where 9 has VM.GuestAgent", async () => {
    for (const [pve, known, unknown] of [
      [8, "VM.Monitor", "VM.GuestAgent.Audit"],
      [9, "VM.GuestAgent.Audit", "VM.Monitor"],
    ] as const) {
      const { client } = await start({ pve });
      const make = (privilege: string) =>
        client.ask("/access/roles", { method: "POST", data: `roleid=R${pve}&privs=${privilege}` });
      expect((await make(unknown)).body).toContain(`invalid privilege '${unknown}'`);
      expect((await make(known)).status).toBe(200);
      const permissions = await client.data<Record<string, Entry>>("/access/permissions?path=/vms/101");
      expect(known in (permissions["/vms/101"] ?? {})).toBe(true);
      expect(unknown in (permissions["/vms/101"] ?? {})).toBe(false);
    }
  });
});
