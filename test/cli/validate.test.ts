import { writeFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, file, folder } from "./harness.js";
import { schema } from "./schemas.js";

const good = 'version: 1\npolicies:\n  - match: { names: ["web-*"] }\n    cpu: { min: 1, max: 4, target: 60% }\n';

describe("validate", () => {
  it("says of a good file that it is valid", async () => {
    const path = await file("autoscaler.yaml", good);
    const { exitCode, stdout, stderr } = await cli(["validate", path]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(`${path}: valid`);
  });

  it("answers to --validate-config as well", async () => {
    const path = await file("autoscaler.yaml", good);
    expect((await cli(["--validate-config", path, "--format", "json"])).stdout).toBe(
      (await cli(["validate", path, "--format", "json"])).stdout,
    );
  });

  it("prints findings with their places, and exits with 1 where one is an error", async () => {
    const path = await file("autoscaler.yaml", `${good}    memroy: { min: 1GiB }\n`);
    const { exitCode, stdout } = await cli(["validate", path, "--format", "json"]);
    expect(exitCode).toBe(1);
    const document: unknown = JSON.parse(stdout);
    expect(document).toMatchObject({
      ok: false,
      findings: [{ file: path, line: 5, column: 5, endLine: 5, endColumn: 11, severity: "error", code: "unknown-key" }],
    });
    expect(schema("validate")(document)).toEqual([]);
  });

  it("shows the line with a mark on a terminal that is as wide as it is", async () => {
    const path = await file("autoscaler.yaml", `${good}    memroy: { min: 1GiB }\n`);
    const { stdout } = await cli(["validate", path], { terminal: 80, env: { NO_COLOR: "1" } });
    expect(stdout).toContain("5 │     memroy: { min: 1GiB }\n    │     ^^^^^^");
  });

  it("reads standard input for “-”", async () => {
    const { exitCode, stdout } = await cli(["validate", "-", "--format", "json"], { stdin: "version: 2\n" });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, findings: [{ file: "-", line: 1 }] });
  });

  it("checks several files at once", async () => {
    const first = await file("autoscaler.yaml", good);
    const second = await file("site.autoscaler.yaml", "version: 1\npolicies: 3\n");
    const { exitCode, stdout } = await cli(["validate", first, second, "--format", "json"]);
    expect(exitCode).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: { file: string }[] };
    expect(new Set(findings.map((finding) => finding.file))).toEqual(new Set([second]));
  });

  it("warns only of a reference that is not set, and needs no connection", async () => {
    const path = await file(
      "autoscaler.yaml",
      `${good}connection: { url: "https://pve:8006", token: "\${env:NOT_SET}" }\n`,
    );
    const { exitCode, stdout } = await cli(["validate", path, "--format", "json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      findings: [{ severity: "warning", code: "unresolved-reference" }],
    });
  });

  it("finds YAML that does not parse", async () => {
    const path = await file("autoscaler.yaml", "version: 1\npolicies: [\n");
    const { exitCode, stdout } = await cli(["validate", path, "--format", "json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ findings: [{ code: "syntax" }] });
  });

  it("refuses an alias bomb as a finding, quickly", async () => {
    const lines = ["version: 1", "a0: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 12; level += 1) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`);
    }
    const { exitCode, stdout } = await cli(["validate", "-", "--format", "json"], { stdin: lines.join("\n") });
    expect(exitCode).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: { code: string }[] };
    expect(findings.map(({ code }) => code)).toContain("alias-limit");
  });
});

describe("validate of what is no text file", () => {
  const cases: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
    ["a missing file", async () => join(await folder(), "nothing.yaml"), /nothing\.yaml does not exist\.$/mu],
    ["a folder", folder, /is a folder, not a file\.$/mu],
    ["a binary file", () => file("autoscaler.yaml", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1])), /binary file/u],
    ["text that is not UTF-8", () => file("autoscaler.yaml", new Uint8Array([0x61, 0xff, 0xfe])), /binary file/u],
    [
      "a file of 50 MB",
      async () => {
        const path = join(await folder(), "autoscaler.yaml");
        await writeFile(path, Buffer.alloc(50 * 1024 * 1024, "# x\n"));
        return path;
      },
      /is over 5 MB/u,
    ],
  ];

  it.each(cases)("ends with 2 and one sentence: %s", async (_name, make, sentence) => {
    const path = await make();
    for (const format of ["text", "json"]) {
      const { exitCode, stdout, stderr } = await cli(["validate", path, "--format", format]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toMatch(sentence);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
  });

  it("says nothing about the other files then", async () => {
    const path = await file("autoscaler.yaml", "version: 7\n");
    const { exitCode, stdout } = await cli(["validate", path, join(await folder(), "missing.yaml")]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });
});

describe("validate that is interrupted", () => {
  it("judges no half of a file, and ends with 130", async () => {
    const interruption = new AbortController();
    const stdin = new PassThrough();
    stdin.write("version: 1\n");
    const ended = cli(["validate", "-"], { stdin, signal: interruption.signal });
    setImmediate(() => interruption.abort());
    expect(await ended).toMatchObject({ exitCode: 130, stdout: "" });
  });
});
