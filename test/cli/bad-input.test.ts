import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { cli, connectionTo, contents, file, folder, writes } from "./harness.js";

let simulator: Simulator;
let plain: Server;
beforeEach(async () => {
  simulator = await startSimulator({
    clock: "manual",
    tokens: {
      "root@pam!old": {
        privilegeSeparation: false,
        expire: 1_000_000_000,
        secret: "5a5a5a5a-0000-4000-8000-000000000000",
      },
    },
  });
  plain = createServer((_request, response) => response.end("hello"));
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await simulator.close();
  plain.closeAllConnections();
  await new Promise((resolve) => plain.close(resolve));
});

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const good = 'version: 1\npolicies: [{ match: { names: ["*"] }, cpu: { fixed: 3 } }]\n';

interface Case {
  readonly name: string;
  readonly env: () => Record<string, string>;
  readonly exitCode: number;
  readonly sentence: RegExp;
  readonly arguments?: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "an unreachable host",
    env: () => ({ PROXMOX_URL: "https://no-such-host.invalid:8006" }),
    exitCode: 3,
    sentence: /no-such-host\.invalid/u,
  },
  {
    name: "a port where nothing listens",
    env: () => ({ PROXMOX_URL: "https://127.0.0.1:1" }),
    exitCode: 3,
    sentence: /127\.0\.0\.1:1 refuses the connection/u,
  },
  {
    name: "an address with http",
    env: () => ({ PROXMOX_URL: simulator.url.replace("https", "http") }),
    exitCode: 2,
    sentence: /PROXMOX_URL: .*HTTPS/u,
  },
  {
    name: "a server that speaks plain HTTP",
    env: () => ({ PROXMOX_URL: `https://127.0.0.1:${portOf(plain)}` }),
    exitCode: 3,
    sentence: /HTTPS|TLS/u,
  },
  {
    name: "a wrong fingerprint",
    env: () => ({ PROXMOX_FINGERPRINT: `${"AA:".repeat(31)}AA` }),
    exitCode: 3,
    sentence: /certificate|fingerprint/u,
  },
  {
    name: "what is no fingerprint",
    env: () => ({ PROXMOX_FINGERPRINT: "AA:BB" }),
    exitCode: 2,
    sentence: /PROXMOX_FINGERPRINT: “AA:BB” is not a SHA-256 fingerprint/u,
  },
  {
    name: "a certificate of an authority that nobody knows",
    env: () => ({ PROXMOX_FINGERPRINT: "" }),
    exitCode: 3,
    sentence: /certificate/u,
  },
  {
    name: "an expired token",
    env: () => ({ PROXMOX_TOKEN: "root@pam!old=5a5a5a5a-0000-4000-8000-000000000000" }),
    exitCode: 3,
    sentence: /root@pam!old .*expired/u,
  },
  {
    name: "a wrong secret",
    env: () => ({ PROXMOX_TOKEN: "root@pam!demo=5a5a5a5a-0000-4000-8000-000000000000" }),
    exitCode: 3,
    sentence: /root@pam!demo/u,
  },
  {
    name: "a token of another form",
    env: () => ({ PROXMOX_TOKEN: "5a5a5a5a-0000-4000-8000-000000000000" }),
    exitCode: 2,
    sentence: /PROXMOX_TOKEN does not hold a token of the form user@realm!name=secret/u,
  },
  { name: "no token", env: () => ({ PROXMOX_TOKEN: "" }), exitCode: 3, sentence: /no API token/u },
  { name: "no address", env: () => ({ PROXMOX_URL: "" }), exitCode: 3, sentence: /no Proxmox VE address/u },
  {
    name: "a token file that is missing",
    env: () => ({ PROXMOX_TOKEN: "", PROXMOX_TOKEN_FILE: "/nonexistent/token" }),
    exitCode: 2,
    sentence: /PROXMOX_TOKEN_FILE: \/nonexistent\/token can't be read/u,
  },
  {
    name: "an authority file that holds none",
    env: () => ({ PROXMOX_FINGERPRINT: "", PROXMOX_CA: "/dev/null" }),
    exitCode: 2,
    sentence: /PROXMOX_CA: \/dev\/null/u,
  },
  {
    name: "SSH",
    env: () => ({}),
    arguments: ["--ssh", "root@pve1"],
    exitCode: 2,
    sentence: /--ssh: SSH is not available yet/u,
  },
  {
    name: "another transport",
    env: () => ({}),
    arguments: ["--transport", "local"],
    exitCode: 2,
    sentence: /--transport: “local” is not available yet/u,
  },
  {
    name: "a time that is none",
    env: () => ({}),
    arguments: ["--timeout", "soon"],
    exitCode: 2,
    sentence: /--timeout: “soon” is not a time/u,
  },
  {
    name: "a mistyped option before what is missing",
    env: () => ({ PROXMOX_URL: "", PROXMOX_TOKEN: "" }),
    arguments: ["--fingerprint", "AA:BB"],
    exitCode: 2,
    sentence: /--fingerprint: “AA:BB” is not a SHA-256 fingerprint/u,
  },
];

describe.each(["status", "plan", "apply"])("%s with bad input", (command) => {
  it.each(cases)("says in a sentence what is wrong with $name", async ({ env, exitCode, sentence, ...more }) => {
    const state = join(await folder(), "state");
    const path = await file("autoscaler.yaml", good);
    const argv = [
      command,
      ...(command === "status" ? [] : [path]),
      ...(command === "apply" ? ["--yes"] : []),
      ...(more.arguments ?? []),
    ];
    const ended = await cli(argv, { env: { ...connectionTo(simulator), XDG_STATE_HOME: state, ...env() } });
    expect({ exitCode: ended.exitCode, stdout: ended.stdout }).toEqual({ exitCode, stdout: "" });
    const [first = "", ...rest] = ended.stderr.trimEnd().split("\n");
    expect(first).toMatch(sentence);
    expect(first).toMatch(/^lxc-autoscaler: .*[.?]$/u);
    // What follows is advice, on lines of its own.
    expect(rest.every((line) => line.startsWith("  "))).toBe(true);
    expect(ended.stderr).not.toMatch(/\bat .*\.[jt]s:\d|\[object|undefined|5a5a5a5a/u);
    expect(writes(simulator)).toEqual([]);
    expect(await contents(state)).toEqual({});
  });
});

describe("a token without privileges", () => {
  it.each(["status", "plan", "apply"])("is never shown as an empty cluster: %s", async (command) => {
    await using blind = await startSimulator({ clock: "manual", scenario: "no-privileges" });
    const path = await file("autoscaler.yaml", good);
    const argv = [command, ...(command === "status" ? [] : [path]), ...(command === "apply" ? ["--yes"] : [])];
    const { exitCode, stdout, stderr } = await cli(argv, { env: connectionTo(blind) });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain("guest@pve!demo may not see any container");
    expect(stderr).toContain("pveum acl modify / --tokens 'guest@pve!demo' --roles LXCAutoscaler");
  });
});

describe("a token that may only look", () => {
  it("is told so before anything is asked or sent, with the lines that mend it", async () => {
    await using auditor = await startSimulator({ clock: "manual", scenario: "audit-only" });
    const state = join(await folder(), "state");
    const path = await file("autoscaler.yaml", good);
    const env = { ...connectionTo(auditor), XDG_STATE_HOME: state };
    const { exitCode, stdout, stderr } = await cli(["apply", path, "--yes"], { env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain("auditor@pve!demo may not make any of these changes: VM.Config.CPU is missing.");
    expect(stderr).toContain("pveum acl modify / --tokens 'auditor@pve!demo' --roles LXCAutoscaler");
    expect(writes(auditor)).toEqual([]);
    expect(await contents(state)).toEqual({});
  });
});

describe("where a setting comes from", () => {
  it("takes the option before the environment", async () => {
    const env = { ...connectionTo(simulator), PROXMOX_URL: "https://127.0.0.1:1" };
    expect((await cli(["status", "--url", simulator.url], { env })).exitCode).toBe(0);
  });

  it("takes the environment before the file", async () => {
    const path = await file("autoscaler.yaml", `${good}connection: { url: "https://127.0.0.1:1" }\n`);
    expect((await cli(["plan", path], { env: connectionTo(simulator) })).exitCode).toBe(0);
    expect((await cli(["status", path], { env: connectionTo(simulator) })).exitCode).toBe(0);
  });

  it("accepts any of several fingerprints, a token file, and an authority", async () => {
    const env = { PROXMOX_URL: simulator.url };
    const token = await file("token", `${simulator.token}\n`);
    const authority = await file("ca.pem", simulator.certificateAuthority);
    const several = `${"AA:".repeat(31)}AA, ${simulator.fingerprint.toLowerCase().replaceAll(":", "")}`;
    expect((await cli(["status", "--token-file", token, "--fingerprint", several], { env })).exitCode).toBe(0);
    expect((await cli(["status", "--token-file", token, "--ca", authority], { env })).exitCode).toBe(0);
    expect((await cli(["status", "--token", simulator.token, "--token-file", token], { env })).stderr).toContain(
      "Give either --token or --token-file, not both.",
    );
  });

  it("says that PROXMOX_SSH is not used", async () => {
    const { exitCode, stderr } = await cli(["status"], {
      env: { ...connectionTo(simulator), PROXMOX_SSH: "root@pve1" },
    });
    expect(exitCode).toBe(0);
    expect(stderr).toContain("PROXMOX_SSH is set, but SSH is not part of this version yet");
  });
});
