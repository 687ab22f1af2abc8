import { describe, expect, test } from "vitest";
import type { ErrorContext } from "../../src/proxmox/api/error-context.js";
import { answerToError } from "../../src/proxmox/api/error-table.js";
import type { TransportAnswer } from "../../src/proxmox/api/transport.js";
import type { ProxmoxErrorKind } from "../../src/proxmox/index.js";
import { recordedRefusals } from "./support/recorded.js";

const context: ErrorContext = {
  attempted: "set the size of 101",
  endpoint: "pve1:8006",
  write: false,
  identity: "root@pam!test",
};

function answer(status: number, reason: string, body: unknown = null): TransportAnswer {
  return { status, reason, headers: {}, body: body === null ? "" : JSON.stringify(body) };
}

const plain = (status: number, message: string): TransportAnswer =>
  answer(status, message, { data: null, message: `${message}\n` });

const table: readonly (readonly [TransportAnswer, ProxmoxErrorKind, RegExp])[] = [
  [answer(401, "No ticket"), "not-authenticated", /“No ticket”/u],
  [answer(401, "Authentication failed!"), "not-authenticated", /token root@pam!test .*expired.*another/u],
  [plain(401, "authentication failure"), "not-authenticated", /password or one-time code/u],
  [answer(401, "Permission denied - invalid csrf token"), "not-authenticated", /csrf/u],
  [
    plain(403, "Permission check failed (/vms/101, VM.Audit)"),
    "forbidden",
    /VM\.Audit on \/vms\/101.*pveum acl modify \/vms\/101 --tokens 'root@pam!test' --roles PVEAuditor/u,
  ],
  [plain(403, "Permission check failed (/vms/101, VM.PowerMgmt)"), "forbidden", /--roles PVEVMUser/u],
  [
    plain(403, "Permission check failed (/vms/102, VM.Config.Disk|VM.Config.CPU|VM.Config.Memory)"),
    "forbidden",
    /VM\.Config\.Disk or VM\.Config\.CPU or VM\.Config\.Memory on \/vms\/102.*PVEVMAdmin/u,
  ],
  [plain(403, "Permission check failed"), "forbidden", /Permission check failed”\. A token with privilege separation/u],
  [
    plain(403, "Permission check failed (changing the hookscript is only allowed for root@pam)"),
    "forbidden",
    /only allowed for root@pam\)”\.$/u,
  ],
  [
    plain(500, "Configuration file 'nodes/pve1/lxc/999.conf' does not exist"),
    "not-found",
    /not on node pve1: it was removed or has moved/u,
  ],
  [
    plain(500, "hostname lookup 'nonode' failed - failed to get address info for: nonode: …"),
    "not-found",
    /no node nonode/u,
  ],
  [plain(500, "storage 'nostore' does not exist"), "not-found", /nostore/u],
  [plain(500, "CT is locked (backup)"), "locked", /“backup”/u],
  [plain(500, "can't lock file '/run/lock/lxc/pve-config-102.lock' - got timeout"), "locked", /Another task/u],
  [
    plain(500, "detected modified configuration - file changed by other user? Try again."),
    "conflict",
    /nothing was written/u,
  ],
  [plain(500, "cluster not ready - no quorum?"), "no-quorum", /pvecm status/u],
  [plain(500, "cfs-lock 'file-user_cfg' error: no quorum!"), "no-quorum", /quorum/u],
  [
    plain(500, "unable to open file '/etc/pve/nodes/pve1/lxc/401.conf.tmp.4571' - Permission denied"),
    "no-quorum",
    /lost its quorum/u,
  ],
  [
    answer(400, "Parameter verification failed.", {
      data: null,
      message: "Parameter verification failed.\n",
      errors: { cores: "value must have a minimum value of 1\n" },
    }),
    "invalid-parameter",
    /cores: value must have a minimum value of 1/u,
  ],
  [
    answer(400, "Parameter verification failed.", {
      message: "Parameter verification failed.\n",
      errors: { upid: "no such task" },
    }),
    "not-found",
    /no such task/u,
  ],
  [plain(500, "CT 101 already running"), "refused", /“CT 101 already running”/u],
  [plain(501, "Method 'GET /nosuch' not implemented"), "refused", /version/u],
  [answer(502, "Bad Gateway"), "unreachable", /proxy/u],
  [answer(302, "Found"), "unreachable", /not the API of Proxmox VE/u],
  [answer(595, "Connection refused"), "unreachable", /pvedaemon/u],
  [answer(418, "I'm a teapot"), "refused", /teapot/u],
];

describe("an answer becomes its error", () => {
  test.each(table)("%j → %s", (given, kind, message) => {
    const error = answerToError(given, context);
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^Could not set the size of 101: /u);
    expect(error.message).not.toMatch(/\n|\.\.|undefined|null/u);
  });
});

describe("a node that does not answer", () => {
  const behind = { ...context, node: "pve2" };

  test.each([
    [595, "Connection refused"],
    [595, "No route to host"],
    [596, "Connection timed out"],
  ])("%i %s is a matter of that node", (status, reason) => {
    const error = answerToError(answer(status, reason), behind);
    expect(error.kind).toBe("node-offline");
    expect(error.details).toMatchObject({ node: "pve2", answer: reason, status });
    expect(error.message).toContain("Node pve2 does not answer");
  });

  test("a write that never got there is refused; one that may have got there is unknown", () => {
    expect(answerToError(answer(595, "Connection refused"), { ...behind, write: true }).kind).toBe("node-offline");
    const lost = answerToError(answer(596, "Connection timed out"), { ...behind, write: true });
    expect(lost.kind).toBe("outcome-unknown");
    expect(lost.message).toContain("sent once");
  });
});

test("details hold the words, the privilege and the parameters", () => {
  expect(
    answerToError(plain(403, "Permission check failed (/vms/101, VM.Config.CPU|VM.Config.Memory)"), context).details,
  ).toEqual({
    attempted: "set the size of 101",
    endpoint: "pve1:8006",
    answer: "Permission check failed (/vms/101, VM.Config.CPU|VM.Config.Memory)",
    status: 403,
    privilege: { path: "/vms/101", privileges: ["VM.Config.CPU", "VM.Config.Memory"] },
  });
});

test("a person's rights are given to the person", () => {
  const error = answerToError(plain(403, "Permission check failed (/nodes/pve1, Sys.Audit)"), {
    ...context,
    identity: "me@pve",
  });
  expect(error.message).toContain("pveum acl modify /nodes/pve1 --users 'me@pve' --roles PVEAuditor");
});

test("every kind of error that was recorded has its sentence", () => {
  const kinds = recordedRefusals.map((refusal) => {
    const error = answerToError({ ...refusal, headers: {} }, { ...context, node: "pve2" });
    expect(error.message, refusal.reason).toMatch(/^Could not set the size of 101: .+\S$/u);
    expect(error.message, refusal.reason).not.toMatch(/\n|undefined/u);
    return [refusal.status, error.kind] as const;
  });
  const ofStatus = (status: number): readonly string[] => [
    ...new Set(kinds.filter(([found]) => found === status).map(([, kind]) => kind)),
  ];
  expect(ofStatus(401)).toEqual(["not-authenticated"]);
  expect(ofStatus(403)).toEqual(["forbidden"]);
  expect(ofStatus(501)).toEqual(["refused"]);
  expect([...ofStatus(500)].sort()).toEqual(["conflict", "locked", "no-quorum", "not-found", "refused"]);
  expect([...ofStatus(595), ...ofStatus(596)]).toEqual(["node-offline", "node-offline"]);
});

test("no secret is in a sentence, even where Proxmox repeats it", () => {
  const secrets = ["12345678-aaaa-bbbb-cccc-1234567890ab", "rootpw/with+signs"];
  const echo = answer(400, "Parameter verification failed.", {
    message: `got PVEAPIToken=root@pam!test=${secrets[0] ?? ""}`,
    errors: {
      password: `value '${secrets[1] ?? ""}' is too short`,
      cookie: `PVEAuthCookie=PVE%3Aroot%40pam%3A6B00BFB8%3A%3Ak2XgwQLg and ${encodeURIComponent(secrets[1] ?? "")}`,
      ticket: "PVE:root@pam:6B00BFB8::k2XgwQLg/7JxMI1MQ2GIT8TbRwkm2Q==",
    },
  });
  const error = answerToError(echo, { ...context, secrets });
  const everything = JSON.stringify([error.message, error.details, error.stack]);
  for (const secret of [...secrets, "k2XgwQLg", encodeURIComponent(secrets[1] ?? "")])
    expect(everything).not.toContain(secret);
  expect(everything).toContain("root@pam!test");
});
