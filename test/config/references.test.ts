import { describe, expect, it } from "vitest";
import { resolveReference } from "../../src/config/index.js";
import { configOf, example, read } from "./example.js";

const environment = { TOKEN: "secret", EMPTY: "", CORES: "6" };
const files: Readonly<Record<string, string>> = { "/run/token": "from a file\n", "/run/two": "a\nb\r\n" };
const readFile = (path: string): string | null => files[path] ?? null;

describe("a reference", () => {
  it.each([
    ["${env:TOKEN}", { value: "secret" }],
    ["${file:/run/token}", { value: "from a file" }],
    ["${file:/run/two}", { value: "a\nb" }],
    ["${CORES:-8}", { value: "6" }],
    ["${NONE:-8}", { value: "8" }],
    ["${EMPTY:-8}", { value: "8" }],
    ["${NONE:-}", { value: "" }],
    ["root@pam!x=${env:TOKEN}", { value: "root@pam!x=secret" }],
    ["${env:CORES}${CORES:-1}", { value: "66" }],
    ["no reference", { value: "no reference" }],
    ["${env:NONE}", { missing: "${env:NONE}" }],
    ["${env:EMPTY}", { missing: "${env:EMPTY}" }],
    ["${file:/run/none}", { missing: "${file:/run/none}" }],
    ["${env:toString}", { missing: "${env:toString}" }],
  ])("%s gives %o", (text, resolution) => {
    expect(resolveReference(text, environment, readFile)).toEqual(resolution);
  });

  const base = "version: 1\npolicies:\n  - { name: a, match: { tags: [web] } }\n";

  it("may stand for any typed value, and is typed again", () => {
    const config = configOf(
      `${base}interval: \${INTERVAL:-5m}\nmode: \${env:MODE}\ndefaults:\n  priority: \${env:P}\n  cpu:\n    max: \${env:CORES}\n    manageUnlimited: \${UNLIMITED:-true}\n    target: \${T:-60%}\n  memory: { max: "\${MEM:-8GiB}", boost: { samples: "\${S:-4}" } }\nignore: { vmids: ["\${V:-110-119}"], tags: ["\${file:/run/token}"] }\n`,
      { environment: { MODE: "apply", P: "-3", CORES: "6" }, readFile },
    );
    expect(config).toMatchObject({
      intervalSeconds: 300,
      mode: "apply",
      defaults: {
        priority: -3,
        cpu: { max: 6, manageUnlimited: true, target: 0.6 },
        memory: { max: 8192, boost: { samples: 4 } },
      },
      ignore: { vmids: [{ first: 110, last: 119 }], tags: ["from a file"] },
    });
  });

  it("is checked as the value it stands for", () => {
    const { findings } = read(`${base}interval: \${env:I}\nmode: \${env:M}\n`, { environment: { I: "60", M: "yes" } });
    expect(findings.map(({ code, line }) => [code, line])).toEqual([
      ["missing-unit", 4],
      ["not-a-choice", 5],
    ]);
  });

  it("stays a reference where it is a secret or an address, until it is used", () => {
    const { connection, notifications } = configOf(example.replace('"https://hooks.example/T000"', '"${env:HOOK}"'), {
      environment: { PROXMOX_TOKEN: "root@pam!a=b", HOOK: "https://hooks.example/secret" },
    });
    expect(connection.token).toBe("${env:PROXMOX_TOKEN}");
    expect(notifications).toMatchObject([{ url: "${env:HOOK}" }]);
  });

  it("to fingerprints may give several with commas, as the program's own variable does", () => {
    const fingerprint = Array.from({ length: 32 }, () => "AB").join(":");
    const text = `${base}connection: { fingerprint: "\${env:FINGERPRINT}" }\n`;
    const codes = (value: string): string[] =>
      read(text, { environment: { FINGERPRINT: value } }).findings.map(({ code }) => code);
    expect(codes(`${fingerprint}, ${fingerprint}`)).toEqual([]);
    expect(codes(`${fingerprint},AB`)).toEqual(["wrong-type"]);
    expect(
      read(`${base}connection: { fingerprint: "${fingerprint},${fingerprint}" }\n`).findings.map(({ code }) => code),
    ).toEqual(["wrong-type"]);
  });

  it("that is not set is a warning, and what it stands for is not given", () => {
    const text = `${base}interval: \${env:I}\nignore: { tags: ["\${env:TAG}", off] }\n`;
    const { findings, config } = read(text);
    expect(findings.map(({ code, line }) => [code, line])).toEqual([
      ["unresolved-reference", 4],
      ["unresolved-reference", 5],
    ]);
    expect(config).toMatchObject({
      intervalSeconds: 60,
      ignore: { tags: ["off"] },
      unresolved: [
        { path: "interval", reference: "${env:I}", line: 4 },
        { path: "ignore.tags[0]", reference: "${env:TAG}", line: 5 },
      ],
    });
  });

  it("that is not set keeps the places of policies right", () => {
    const config = configOf(
      `version: 1\npolicies:\n  - { match: { tags: [a] } }\n  - { match: { tags: [b] } }\ntimezone: UTC\nschedules:\n  - { match: { tags: [a] }, when: { from: "\${env:F}", to: "06:00" } }\n  - { match: { tags: [a] }, when: { from: "05:00", to: "06:00" } }\n`,
    );
    expect(config.schedules.map(({ name, index, line }) => [name, index, line])).toEqual([["schedules[1]", 1, 8]]);
  });
});
