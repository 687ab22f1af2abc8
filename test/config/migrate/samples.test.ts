import { describe, expect, it } from "vitest";
import { isMap, isSeq, parse, parseDocument } from "yaml";
import { readAutoscalerFile, severityOf } from "../../../src/config/index.js";
import { environment, migrated, sample, sampleNames } from "./samples.js";

const configurations = sampleNames.filter((name) => !/^lxc_(?:metrics|autoscale)\.json$/u.test(name));

/** Paths of all values of an older file that are not maps themselves, found without the code under test. */
function leavesOf(name: string): readonly string[] {
  const text = sample(name);
  if (name.endsWith(".env")) return [...text.matchAll(/^(?:export )?(\w+)=/gmu)].map(([, key = ""]) => key);
  if (name.endsWith(".conf")) {
    let section = "";
    return text.split("\n").flatMap((line) => {
      section = /^\[(.*)\]/u.exec(line)?.[1] ?? section;
      const key = /^(\w+)\s*=/u.exec(line)?.[1];
      return key === undefined ? [] : [`${section}.${key}`];
    });
  }
  const leaves: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) walk(value, path === "" ? String(key) : `${path}.${String(key)}`);
    } else if (isSeq(node) && node.items.some((item) => isMap(item))) {
      for (const [index, item] of node.items.entries()) walk(item, `${path}[${index}]`);
    } else leaves.push(path);
  };
  walk(parseDocument(text, { uniqueKeys: false }).contents, "");
  return leaves;
}

function at(document: unknown, path: string): unknown {
  return path
    .replaceAll(/\[(\d+)\]/gu, ".$1")
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

/** Keys that say what holds anyway, so that nothing has to stand in the new file. */
const alreadySo =
  /\.(?:ignore_lxc|scaling_mode|energy_mode|enabled|business_hours_only|guest_type|provision|probe|behaviour)$|^(?:ENERGY_MODE|BEHAVIOUR)$/u;

describe.each(configurations)("%s", (name) => {
  const migration = migrated(sample(name), name);
  const { text, notes, keys } = migration;

  it("becomes a file without errors, and with no warnings but those it deserves", () => {
    const { findings } = readAutoscalerFile(text, { file: "autoscaler.yaml", environment });
    const deserved = new Set(["unresolved-reference", "unbounded"]);
    expect(findings.filter(({ code }) => !deserved.has(code))).toEqual([]);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("accounts for every key: carried over, commented or warned of", () => {
    const made: unknown = parse(text);
    for (const leaf of leavesOf(name)) {
      const fates = keys.filter(({ key }) => key === leaf || leaf.startsWith(`${key}.`) || leaf.startsWith(`${key}[`));
      expect(fates, leaf).not.toEqual([]);
      for (const { key, fate, to } of fates) {
        if (fate === "carried" || fate === "changed") {
          if (to.length === 0) expect(key).toMatch(alreadySo);
          for (const path of to) expect(at(made, path), `${key} → ${path}`).toBeDefined();
        }
        if (fate === "changed") expect(notes.map((note) => note.key)).toContain(key);
        if (fate === "idle" || fate === "left-out") {
          expect(text).toContain(`# ${key}:`);
          expect(notes.map((note) => note.key)).toContain(key);
        }
        if (fate === "left-out") {
          expect(
            notes.some((note) => note.key === key && note.severity === "warning"),
            key,
          ).toBe(true);
        }
      }
    }
  });

  it("names its format in the first line, gives the same text again, and is not migrated twice", () => {
    expect(text.split("\n")[0]).toMatch(/^# Made by `lxc-autoscaler migrate` from the format of /u);
    expect(migrated(sample(name), name)).toEqual(migration);
    expect(() => migrated(text)).toThrow("is current");
  });

  it("is told by validate, with no error of its own", () => {
    const { findings, config } = readAutoscalerFile(sample(name), { file: name });
    expect(config).toBeNull();
    expect(findings[0]?.code).toBe("older-format");
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(findings.every(({ code }) => code in severityOf)).toBe(true);
  });

  it("reads the same with a byte order mark, CRLF, and without its last line end", () => {
    const plain = migrated(sample(name).trimEnd(), name).text;
    expect(migrated(`\uFEFF${sample(name)}`, name).text).toBe(plain);
    expect(migrated(sample(name).replaceAll("\n", "\r\n"), name).text).toBe(plain);
  });
});

describe("comments of the older file", () => {
  it.each([
    ["lxc-autoscale.yaml", "# Ask Paola before you change it.", /Ask Paola before you change it\.\n\nversion: 1/u],
    ["lxc-autoscale.yaml", "# seconds", /# seconds\ninterval: 5m/u],
    ["lxc-autoscale.yaml", "# less would only thrash", /# less would only thrash\n\s+scaleDown: \{ below: 20%/u],
    ["lxc-autoscale.conf", "# taken away at once, in MB", /# taken away at once, in MB\n\s+scaleDown/u],
    ["lxc-autoscale-autoconf.yaml", "# written by the script on 2024-09-01", /max: 1\.5GiB/u],
    ["lxc-autoscaler.yaml", "# the shop", /# the shop\n\s+- name: ct-201/u],
    ["lxc-autoscaler.yaml", "# until the move", /# until the move\nignore/u],
    ["service-autoscaler.yaml", "# the models", /# the models\n\s+- name: ollama/u],
    ["lxc-autoscale.env", "# save at night", /# save at night\n/u],
  ])("of %s are kept where they belong: %s", (name, _comment, place) => {
    expect(migrated(sample(name), name).text).toMatch(place);
  });
});

describe("secrets", () => {
  const clear: readonly (readonly [string, readonly string[]])[] = [
    ["lxc-autoscale.yaml", ["11111111-2222-3333-4444-555555555555"]],
    ["lxc-autoscale.env", ["AbCdEfGh123", "let me in"]],
    ["service-autoscaler.yaml", ["abcdef123456", "swordfish99", "admin-of-grafana"]],
    ["lxc-autoscale-ml-api.yaml", ["a1b2c3d4e5f6a7b8"]],
    ["nexcage.json", ["0a1b2c3d-0000-4000-8000-000000000000"]],
    ["proxmox-lxcri.json", ["b7e6d5c4-secret-only"]],
    ["deployment.env", ["c0rrect horse", "ZmFrZS1zZWNyZXQ="]],
    ["proxmox-vm.env", ["docker-vm-pass"]],
  ];

  it.each(clear)("of %s are nowhere in what is printed", (name, secrets) => {
    const everything = JSON.stringify(migrated(sample(name), name));
    const findings = JSON.stringify(readAutoscalerFile(sample(name), { file: name }).findings);
    for (const secret of secrets) {
      expect(sample(name)).toContain(secret);
      expect(everything).not.toContain(secret);
      expect(findings).not.toContain(secret);
    }
  });

  it("become references, and the variables to set are told", () => {
    const { text, variables } = migrated(sample("lxc-autoscale.yaml"));
    expect(text).toContain("token: root@pam!autoscale=${env:PROXMOX_TOKEN_SECRET}");
    expect(variables).toContainEqual({
      name: "PROXMOX_TOKEN_SECRET",
      key: "DEFAULT.proxmox_api.token_value",
      fromClearText: true,
    });
    expect(text).toContain("Variables to set: PROXMOX_TOKEN_SECRET, LXC_AUTOSCALE_SMTP_PASSWORD");
  });

  it("are not read from comments either", () => {
    const { text } = migrated(
      "DEFAULT:\n  # smtp_password: correct horse battery\n  poll_interval: 60 # token=abc,def}\n",
    );
    expect(text).not.toMatch(/correct|horse|battery|abc|def\}/u);
    expect(text).toContain("smtp_password: …");
  });

  it("that are the default of a variable are not kept", () => {
    const { text, variables } = migrated(
      'DEFAULT:\n  gotify_url: https://g.example\n  gotify_token: "${GOTIFY:-s3cr3t-default}"\n',
    );
    expect(text).toContain("token: ${env:GOTIFY}");
    expect(text).not.toContain("s3cr3t");
    expect(variables).toEqual([{ name: "GOTIFY", key: "DEFAULT.gotify_token", fromClearText: true }]);
  });

  it("that stand where none belong are not shown: a whole token as the name of one", () => {
    const { text, notes } = migrated(
      "DEFAULT:\n  proxmox_api_host: pve\n  proxmox_api_token_name: root@pam!a=0a1b2c3d\n  proxmox_api_token_value: ${V}\n",
    );
    expect(text + JSON.stringify(notes)).not.toContain("0a1b2c3d");
    expect(text).toContain("proxmox_api_token_name: root@pam!a=…");
  });

  it("in an address make the whole of it a reference", () => {
    const { text } = migrated("DEFAULT:\n  gotify_url: https://me:pa55word@g.example\n  gotify_token: ${T}\n");
    expect(text).toContain("url: ${env:GOTIFY_URL}");
    expect(text).not.toContain("pa55word");
  });
});

describe("a text that is none of the formats", () => {
  it.each([
    ["version: 1\npolicies: []\n", "is current"],
    ["hello: world\n", "is unknown"],
    ["", "is unknown"],
    ["- 1\n- 2\n", "is unknown"],
    ["just words", "is unknown"],
    ["DEFAULT:\n  a: [1\n", "is unreadable"],
    ["DEFAULT:\n\tpoll_interval: 3\n", "is unreadable"],
    ['version: "3"\ntasks: { build: { cmds: [make] } }\n', "is current"],
  ])("is not migrated: %j", (text, message) => {
    expect(() => migrated(text)).toThrow(message);
  });
});
