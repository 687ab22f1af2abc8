import { describe, expect, it } from "vitest";
import type { Container, Inventory, Node } from "../../src/model/index.js";
import { severityOf } from "../../src/config/index.js";
import { brief, edited, example, read, unmark } from "./example.js";

/** Findings of a text whose expected one stands at «…». */
function expectOne(marked: string, code: string, inventory?: Inventory): void {
  const { text, range } = unmark(marked);
  const { findings } = read(text, inventory === undefined ? {} : { inventory });
  expect(findings.map(brief)).toEqual([`${code} ${range}`]);
}

const node: Node = {
  name: "pve1",
  status: "online",
  cpu: 0.1,
  cores: 8,
  memory: 2 ** 33,
  memoryLimit: 2 ** 34,
  memoryAvailable: 2 ** 33,
  uptime: 1,
  fingerprint: null,
};

const container: Container = {
  vmid: 101,
  name: "web-1",
  node: "pve1",
  status: "running",
  template: false,
  lock: null,
  tags: ["web"],
  pool: null,
  haState: null,
  cpu: 0.1,
  cores: 2,
  memory: 1,
  memoryLimit: 2,
  swap: 0,
  swapLimit: 0,
  disk: 1,
  diskLimit: 2,
  uptime: 1,
  pressure: null,
  stale: false,
  configuration: null,
};

const inventory: Inventory = {
  cluster: "test",
  observedAt: 0,
  quorate: true,
  nodes: [node],
  containers: [container],
  problems: [],
};

const policy = (rest: string): string => `version: 1\npolicies:\n  - { name: web, match: { tags: [web] }, ${rest} }\n`;

describe("a secret under a key that is not known", () => {
  it.each([
    ["password: hunter2", ["unknown-key", "secret-in-clear-text"]],
    ["token_secret: hunter2", ["unknown-key", "secret-in-clear-text"]],
    ["password: ${env:PASSWORD}", ["unknown-key"]],
    ["password: CHANGE_ME", ["unknown-key"]],
  ])("is one all the same: %s", (line, codes) => {
    const { findings } = read(`version: 1\nconnection:\n  ${line}\n`);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    expect(findings.map(({ message }) => message).join(" ")).not.toContain("hunter2");
  });
});

describe("findings about a whole file", () => {
  it.each([
    ["unbounded", policy("«cpu»: { target: 60% }")],
    ["unbounded", policy("«memory»: { scaleUp: { above: 80% } }")],
    ["unbounded", `version: 1\ndefaults:\n  match: { names: ["*"] }\n  «cpu»: { target: 60% }\n`],
    [
      "default-timezone",
      `version: 1\npolicies: [{ match: { tags: [a] } }]\n«schedules»:\n  - { match: { tags: [a] }, when: { from: "22:00", to: "06:00" } }\n`,
    ],
    [
      "schedule-without-policy",
      `version: 1\ntimezone: UTC\nschedules:\n  - { name: «nights», match: { tags: [a] }, when: { from: "22:00", to: "06:00" } }\n`,
    ],
    [
      "schedule-without-policy",
      `version: 1\ntimezone: UTC\npolicies: [{ match: { vmids: [100-110] } }]\nschedules:\n  - { «match»: { vmids: [111] }, when: { from: "22:00", to: "06:00" } }\n`,
    ],
    [
      "never-wins",
      `version: 1\npolicies:\n  - { name: «web», match: { tags: [web] }, cpu: { max: 4 } }\n  - { name: all, match: { tags: [web, api] }, cpu: { max: 8 } }\n`,
    ],
    [
      "never-wins",
      `version: 1\npolicies:\n  - { name: «web», match: { vmids: [105-107], nodes: [pve1] }, cpu: { fixed: 4 } }\n  - { name: all, match: { vmids: [100-110] }, cpu: { target: 50%, max: 2 } }\n`,
    ],
    ["overlapping-group", groups("192.0.2.10-192.0.2.20/24", "«192.0.2.20-192.0.2.30/24»", "b")],
    ["overlapping-group", groups("192.0.2.10-192.0.2.20/24", "192.0.2.21-192.0.2.30/24", "«a»")],
    ["coarse-history", `version: 1\ninterval: 10s\n${policy("cpu: { max: 2, scaleUp: { for: «30s» } }").slice(11)}`],
    [
      "window-shorter-than-interval",
      policy("cpu: { max: 2, scaleUp: { for: 30s } }").replace("for: 30s", "for: «30s»"),
    ],
    ["min-above-max", policy("cpu: { min: 1.2, max: «1.8» }")],
    ["placeholder-value", policy("priority: 1").replace("name: web", "name: «your-policy-here»")],
  ])("%s in %j", (code, text) => expectOne(text, code));

  it("stands `for` or `interval` whichever is later", () => {
    expectOne(`${policy("cpu: { max: 2, scaleUp: { for: 30s } }")}interval: «60s»\n`, "window-shorter-than-interval");
  });

  it("lets an earlier policy be where a later one leaves it something", () => {
    const text = `version: 1\npolicies:\n  - { match: { tags: [web] }, cpu: { max: 4, min: 2 } }\n  - { match: { tags: [web, api] }, cpu: { max: 8 } }\n`;
    expect(read(text).findings).toEqual([]);
  });

  it.each(["my-app", "edit-server", "changelog", "fill-1", "here", "todo-list"])(
    "takes the name %s for a name",
    (name) => {
      expect(read(policy("priority: 1").replace("name: web", `name: ${name}`)).findings).toEqual([]);
    },
  );

  it.each(["CHANGE_ME", "changeme", "<token>", "xxxx", "your-token", "insert-token-here", "TODO", "replace_me_please"])(
    "takes %s for a placeholder",
    (text) => {
      const { findings } = read(policy("priority: 1").replace("name: web", `name: "${text}"`));
      expect(findings.map(({ code }) => code)).toEqual(["placeholder-value"]);
    },
  );

  it("says nothing that only follows from a value it could not read", () => {
    expect(read(edited("max: 8GiB", "max: 8GB")).findings.map(({ code }) => code)).toEqual(["wrong-unit"]);
    expect(read(edited('names: ["batch-*"]', "names: [*batch]")).findings.map(({ code }) => code)).toEqual([
      "unknown-reference",
    ]);
    const misspelled = example.replace("  - name: web\n    match:", "  - name: web\n    macth:");
    expect(read(misspelled).findings.map(({ code }) => code)).toEqual(["unknown-key"]);
  });

  it("never repeats a secret, nor what a reference gives", () => {
    const secret = "root@pam!x=3c1e-secret";
    for (const text of [
      edited("${env:PROXMOX_TOKEN}", secret),
      edited("${env:PROXMOX_TOKEN}", "hunter2-secret"),
      edited("events: [scale, failure] }", "events: [scale, failure], secret: 3secret }"),
      edited("above: 80%", "above: ${env:SECRET}"),
    ]) {
      const { findings } = read(text, { environment: { SECRET: "3c1e-secret", PROXMOX_TOKEN: "a-secret" } });
      expect(findings.length).toBeGreaterThan(0);
      expect(JSON.stringify(findings)).not.toMatch(/[-\d]secret/u);
    }
  });
});

function groups(first: string, second: string, backend: string): string {
  const group = (name: string, pool: string, own: string): string =>
    `  - { name: ${name}, template: { vmid: 900 }, instances: { min: 1, max: 4 }, network: { mode: static, pool: [${pool}] }, loadBalancer: { haproxy: { backend: ${own}, port: 80 } } }\n`;
  return `version: 1\ngroups:\n${group("one", first, "a")}${group("two", second, backend)}`;
}

describe("findings that need an inventory", () => {
  it.each([
    ["matches-nothing", `version: 1\npolicies: [{ name: x, «match»: { tags: [wbe] } }]\n`],
    ["matches-nothing", `version: 1\ngroups:\n  - { template: { vmid: «900» }, instances: { min: 1, max: 4 } }\n`],
    ["unreachable-bound", policy("cpu: { max: «16» }")],
    ["unreachable-bound", policy("memory: { max: «32GiB» }")],
    ["unreachable-bound", `${policy("cpu: { min: 1 }")}defaults: { cpu: { max: «64» } }\n`],
  ])("%s in %j", (code, text) => expectOne(text, code, inventory));

  it("says that a cpulimit keeps cores from being used", () => {
    const configuration = {
      cores: 2,
      cpulimit: 2,
      memory: 512,
      swap: 0,
      digest: "",
      volumes: [],
      pending: [],
      protection: false,
      unprivileged: true,
      description: null,
      readAt: 0,
    };
    const limited = { ...inventory, containers: [{ ...container, configuration }] };
    expectOne(policy("cpu: { max: «4» }"), "unreachable-bound", limited);
    const { findings } = read(policy("cpu: { scaleUp: { above: 80% } }"), { inventory: limited });
    expect(findings.map(({ code }) => code)).toEqual(["unbounded", "unreachable-bound"]);
    const unlimited = {
      ...inventory,
      containers: [{ ...container, configuration: { ...configuration, cpulimit: 0 } }],
    };
    expect(read(policy("cpu: { max: 4 }"), { inventory: unlimited }).findings).toEqual([]);
  });

  it("says nothing where nothing is known of the containers", () => {
    expect(read(policy("cpu: { max: 16 }"), { inventory: { ...inventory, containers: [] } }).findings).toEqual([]);
    const unknown = { ...inventory, nodes: [{ ...node, cores: null }] };
    expect(read(policy("cpu: { max: 16 }"), { inventory: unknown }).findings).toEqual([]);
  });
});

describe("the table of codes", () => {
  it("has every code of the contract, with its severity", () => {
    const codes = {
      error:
        "syntax duplicate-key unknown-key missing-key wrong-type not-a-choice missing-unit wrong-unit out-of-range min-above-max below-above-above duplicate-name unknown-reference empty-match unknown-timezone bad-address bad-vmid bad-secret-reference too-large too-deep alias-limit not-a-configuration unsupported-version",
      warning:
        "would-oscillate never-wins matches-nothing schedule-without-policy overlapping-group secret-in-clear-text unverified-tls window-shorter-than-interval coarse-history unreachable-bound deprecated-key placeholder-value unresolved-reference default-timezone",
      information: "older-format unbounded",
    };
    for (const [severity, list] of Object.entries(codes)) {
      for (const code of list.split(" ")) expect(severityOf).toHaveProperty(code, severity);
    }
  });
});
