import { describe, expect, it } from "vitest";
import { rootPassword, secondFactor, totp } from "../../src/simulator/index.js";
import type { Client } from "./client.js";
import { start } from "./start.js";

interface Login {
  readonly ticket: string;
  readonly CSRFPreventionToken: string;
  readonly NeedTFA?: number;
}

const form = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join("&");

function login(client: Client, fields: Record<string, string>): Promise<Login> {
  return client.data<Login>("/access/ticket", { method: "POST", token: "-", data: form(fields) });
}

describe("login", () => {
  it("refuses a wrong secret with nothing but a reason phrase, three simulated seconds later", async () => {
    const { simulator, client } = await start();
    const before = simulator.clock.now();
    const reply = await client.ask("/version", { token: "root@pam!demo=wrong" });
    expect([reply.status, reply.reason, reply.body]).toEqual([401, "Authentication failed!", ""]);
    expect(simulator.clock.now() - before).toBe(3_000);
  });

  it("takes a ticket for reading and asks for the token against forgery before writing", async () => {
    const { client } = await start();
    const { ticket, CSRFPreventionToken } = await login(client, { username: "root@pam", password: rootPassword });
    const Cookie = `PVEAuthCookie=${ticket}`;
    const put = { method: "PUT", token: "-", data: "cores=3" };
    const path = "/nodes/pve1/lxc/101/config";
    expect((await client.ask(path, { token: "-", headers: { Cookie } })).status).toBe(200);
    expect((await client.ask(path, { ...put, headers: { Cookie } })).reason).toBe(
      "Permission denied - invalid csrf token",
    );
    expect((await client.ask(path, { ...put, headers: { Cookie, CSRFPreventionToken } })).status).toBe(200);
  });

  it("lets a ticket die after two hours, and be renewed before", async () => {
    const { simulator, client } = await start();
    const first = await login(client, { username: "root@pam", password: rootPassword });
    const use = (ticket: string) =>
      client.ask("/version", { token: "-", headers: { Cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}` } });
    await simulator.clock.advance(110 * 60_000);
    const second = await login(client, { username: "root@pam", password: first.ticket });
    await simulator.clock.advance(20 * 60_000);
    expect((await use(first.ticket)).reason).toBe("Authentication failed!");
    expect((await use(second.ticket)).status).toBe(200);
  });

  it("wants the second factor from who has one, and nothing else of the half ticket", async () => {
    const { simulator, client } = await start({ scenario: "second-factor" });
    const half = await login(client, { username: "admin@pve", password: rootPassword });
    expect(half.NeedTFA).toBe(1);
    const used = await client.ask("/version", { token: "-", headers: { Cookie: `PVEAuthCookie=${half.ticket}` } });
    expect(used.status).toBe(401);
    const answer = (code: string) =>
      client.ask("/access/ticket", {
        method: "POST",
        token: "-",
        data: form({ username: "admin@pve", password: `totp:${code}`, "tfa-challenge": half.ticket }),
      });
    expect((await answer("000000")).reason).toBe("authentication failure");
    expect((await answer(totp(secondFactor, simulator.clock.seconds()))).status).toBe(200);
  });

  it("refuses expired and disabled accounts", async () => {
    const { simulator, client } = await start({
      users: { "old@pve": { expire: 1_795_000_000 }, "off@pve": { enabled: false } },
      tokens: { "old@pve!a1": {}, "off@pve!a1": {}, "fresh@pve!a1": { expire: 1_795_000_010 } },
    });
    const status = async (name: string) =>
      (await client.ask("/version", { token: simulator.tokens[name] ?? "" })).status;
    expect(await status("fresh@pve!a1")).toBe(200);
    expect(await status("old@pve!a1")).toBe(401);
    expect(await status("off@pve!a1")).toBe(401);
    await simulator.clock.advance(10_000);
    expect(await status("fresh@pve!a1")).toBe(401);
  });
});

describe("privileges", () => {
  it("shows nothing, and refuses by name, without any", async () => {
    const { client } = await start({ scenario: "no-privileges" });
    expect(await client.data("/cluster/resources?type=vm")).toEqual([]);
    expect(await client.data("/nodes/pve1/lxc")).toEqual([]);
    expect(await client.data("/access/permissions")).toEqual({});
    expect(await client.data("/cluster/tasks")).toEqual([]);
    expect((await client.ask("/nodes/pve1/lxc/999/status/current")).reason).toBe(
      "Permission check failed (/vms/999, VM.Audit)",
    );
    expect((await client.ask("/cluster/status")).reason).toBe("Permission check failed (/, Sys.Audit)");
    const nodes = await client.data<Record<string, unknown>[]>("/nodes");
    expect(Object.keys(nodes[0] ?? {}).sort()).toEqual(["id", "level", "node", "ssl_fingerprint", "status", "type"]);
  });

  it("gives a separated token what both it and its user have", async () => {
    const { simulator, client } = await start({
      users: { "dev@pve": {} },
      tokens: { "dev@pve!sep": {} },
      grants: [
        { path: "/vms", id: "dev@pve", role: "PVEVMUser" },
        { path: "/vms/101", id: "dev@pve!sep", role: "PVEAuditor" },
      ],
    });
    const token = simulator.tokens["dev@pve!sep"] ?? "";
    expect(await client.data("/access/permissions", { token })).toEqual({
      "/vms/101": { "VM.Audit": 1, "VM.GuestAgent.Audit": 1 },
    });
  });

  it("lets a deeper entry replace the one above, and keeps an entry that does not propagate to its path", async () => {
    const { simulator, client } = await start({
      tokens: { "dev@pve!all": { privilegeSeparation: false } },
      grants: [
        { path: "/vms", id: "dev@pve", role: "PVEVMAdmin" },
        { path: "/vms/101", id: "dev@pve", role: "PVEAuditor" },
        { path: "/nodes", id: "dev@pve", role: "PVEAuditor", propagate: false },
      ],
    });
    const token = simulator.tokens["dev@pve!all"] ?? "";
    const put = (vmid: number, node: string) =>
      client.ask(`/nodes/${node}/lxc/${vmid}/config`, { method: "PUT", token, data: "cores=2" });
    expect((await put(101, "pve1")).status).toBe(403);
    expect((await put(102, "pve2")).status).not.toBe(403);
    expect((await client.ask("/nodes/pve1/status", { token })).reason).toBe(
      "Permission check failed (/nodes/pve1, Sys.Audit)",
    );
  });

  it("counts what is granted on a container's pool", async () => {
    const { simulator, client } = await start({
      containers: 20,
      tokens: { "dev@pve!t1": { privilegeSeparation: false } },
    });
    const pooled = (await client.data<{ vmid: number; pool?: string }[]>("/cluster/resources?type=vm")).filter(
      ({ pool }) => pool !== undefined,
    );
    const pool = pooled[0]?.pool ?? "";
    await client.data("/access/acl", {
      method: "PUT",
      data: form({ path: `/pool/${pool}`, users: "dev@pve", roles: "PVEVMUser" }),
    });
    const seen = await client.data<{ vmid: number }[]>("/cluster/resources?type=vm", {
      token: simulator.tokens["dev@pve!t1"] ?? "",
    });
    expect(seen.map(({ vmid }) => vmid).sort()).toEqual(
      pooled
        .filter((container) => container.pool === pool)
        .map(({ vmid }) => vmid)
        .sort(),
    );
  });

  it("makes a token by ticket alone, shows its secret once, and knows it from then on", async () => {
    const { client } = await start();
    const { ticket, CSRFPreventionToken } = await login(client, { username: "root@pam", password: rootPassword });
    const headers = { Cookie: `PVEAuthCookie=${ticket}`, CSRFPreventionToken };
    const path = "/access/users/root@pam/token/editor";
    const made = await client.data<{ value: string; "full-tokenid": string }>(path, {
      method: "POST",
      token: "-",
      headers,
      data: "privsep=0",
    });
    const again = await client.ask(path, { method: "POST", token: "-", headers });
    expect([again.status, again.body.includes("Token already exists.")]).toEqual([400, true]);
    expect((await client.ask("/cluster/status", { token: `${made["full-tokenid"]}=${made.value}` })).status).toBe(200);
  });
});
