import { chmod, lstat, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { cli, contents, file, folder } from "./harness.js";
import { schema } from "./schemas.js";

const broken =
  '# Ours\r\nversion: 1\r\nintervall: 300 # often enough\r\npolicies:\r\n  - match: { names: ["web-*"] }\r\n    cpu: { min: 1, max: 4, target: 60 }\r\n';
const mended = broken.replace("intervall: 300", "interval: 300s").replace("target: 60", "target: 60%");

describe("validate --fix", () => {
  it("mends the file and says what it did", async () => {
    const path = await file("autoscaler.yaml", `\uFEFF${broken}`);
    await chmod(path, 0o640);
    const { exitCode, stdout, stderr } = await cli(["validate", "--fix", path]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(await readFile(path, "utf8")).toBe(`\uFEFF${mended}`);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(stdout).toContain(`${path}:3:1: fixed: Change “intervall” to “interval” [unknown-key]`);
    expect(stdout).toContain(`${path}: 3 fixed; valid`);
  });

  it("lists what was mended as JSON, and what is left", async () => {
    const path = await file("autoscaler.yaml", `${broken}mode: apply\r\nmode: paused\r\n`);
    const { exitCode, stdout } = await cli(["validate", "--fix", path, "--format", "json"]);
    const document: unknown = JSON.parse(stdout);
    expect(exitCode).toBe(1);
    expect(document).toMatchObject({
      ok: false,
      findings: [{ code: "duplicate-key", line: 8 }],
      fixed: [
        { file: path, line: 3, code: "unknown-key", title: "Change “intervall” to “interval”" },
        { file: path, line: 3, code: "missing-unit" },
        { file: path, line: 6, code: "missing-unit" },
      ],
    });
    expect(schema("validate")(document)).toEqual([]);
    expect(await readFile(path, "utf8")).toBe(`${mended}mode: apply\r\nmode: paused\r\n`);
  });

  it("leaves a file alone that needs nothing, or nothing that can be done unseen", async () => {
    const path = await file("autoscaler.yaml", "version: 1\nmode: apply\nmode: paused\n");
    const before = await stat(path);
    expect((await cli(["validate", "--fix", path])).exitCode).toBe(1);
    const after = await stat(path);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  it("writes the file that a link leads to", async () => {
    const path = await file("autoscaler.yaml", broken);
    const link = join(await folder(), "link.yaml");
    await symlink(path, link);
    expect((await cli(["validate", "--fix", link])).exitCode).toBe(0);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(path, "utf8")).toBe(mended);
  });

  it("does not touch a read-only file", async () => {
    const path = await file("autoscaler.yaml", broken);
    await chmod(path, 0o444);
    const { exitCode, stderr } = await cli(["validate", "--fix", path]);
    // The superuser may write it all the same.
    const expected = process.getuid?.() === 0 ? { exitCode: 0, text: mended } : { exitCode: 1, text: broken };
    expect({ exitCode, text: await readFile(path, "utf8") }).toEqual(expected);
    expect(stderr).toContain(process.getuid?.() === 0 ? "" : "could not be written");
  });

  it("refuses a file that is changed while it is checked, and writes none", async () => {
    const path = await file("autoscaler.yaml", broken);
    const other = await file("other.autoscaler.yaml", broken);
    // Standard input is read after the files before it, so the change comes in between.
    const stdin = Readable.from(
      (async function* () {
        await writeFile(path, "version: 1\n");
        yield Buffer.from("version: 1\n");
      })(),
    );
    const { exitCode, stderr } = await cli(["validate", "--fix", other, path, "-"], { stdin });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${path} was changed while it was checked`);
    expect(await readFile(path, "utf8")).toBe("version: 1\n");
    expect(await readFile(other, "utf8")).toBe(broken);
  });

  it("prints the mended text of standard input, and the rest beside it", async () => {
    const { exitCode, stdout, stderr } = await cli(["validate", "--fix", "-"], { stdin: "interval: 60" });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "version: 1\ninterval: 60s" });
    expect(stderr).toContain("-:1:11: fixed: Change “60” to “60s” [missing-unit]");
    const json = await cli(["validate", "--fix", "-", "--format", "json"], { stdin: "interval: 60\n" });
    const document: unknown = JSON.parse(json.stdout);
    expect(document).toMatchObject({ ok: true, text: "version: 1\ninterval: 60s\n" });
    expect(schema("validate")(document)).toEqual([]);
  });
});

describe("validate with included files", () => {
  it("reads them from beside the file, and shows their lines", async () => {
    const path = await folder();
    await mkdir(join(path, "common"));
    await writeFile(join(path, "autoscaler.yaml"), "version: 1\ninclude: [common/all.yaml]\n");
    await writeFile(join(path, "common", "all.yaml"), "include: [../more.yaml]\nmode: aply\n");
    await writeFile(join(path, "more.yaml"), "interval: 60\n");
    const { exitCode, stdout } = await cli(["validate", join(path, "autoscaler.yaml")], {
      terminal: 200,
      env: { NO_COLOR: "1" },
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/more\.yaml:1:11: error: The unit is missing/u);
    expect(stdout).toMatch(/common\/all\.yaml:2:7: error: .*\n {2}2 │ mode: aply/u);
  });

  it("says what can't be included", async () => {
    const path = await folder();
    await writeFile(join(path, "binary.yaml"), new Uint8Array([0, 1, 2]));
    await mkdir(join(path, "folder.yaml"));
    await writeFile(
      join(path, "autoscaler.yaml"),
      "version: 1\ninclude:\n  - binary.yaml\n  - folder.yaml\n  - none.yaml\n  - /dev/zero\n",
    );
    const { exitCode, stdout } = await cli(["validate", join(path, "autoscaler.yaml"), "--format", "json"]);
    const { findings } = JSON.parse(stdout) as { findings: readonly { line: number; code: string; message: string }[] };
    expect(exitCode).toBe(1);
    expect(findings.map(({ line, code }) => [line, code])).toEqual([3, 4, 5, 6].map((line) => [line, "bad-include"]));
    expect(findings.map(({ message }) => message).join("\n")).toMatch(
      /binary file.*\n.*may not be read.*\n.*no such file/u,
    );
  });

  it("mends the file it was asked to alone", async () => {
    const path = await folder();
    await writeFile(join(path, "autoscaler.yaml"), "version: 1\ninterval: 60\ninclude: [a.yaml]\n");
    await writeFile(join(path, "a.yaml"), "mode: recomend\n");
    const { exitCode } = await cli(["validate", "--fix", join(path, "autoscaler.yaml")]);
    expect(exitCode).toBe(1);
    expect(await contents(path)).toEqual({
      "autoscaler.yaml": "version: 1\ninterval: 60s\ninclude: [a.yaml]\n",
      "a.yaml": "mode: recomend\n",
    });
  });
});
