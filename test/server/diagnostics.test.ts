import { readFileSync } from "node:fs";
import { DiagnosticSeverity, DiagnosticTag, type CodeAction } from "vscode-languageserver/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PushedInventory } from "../../src/server/index.js";
import { inventory } from "./cluster.js";
import { startSession, uri } from "./session.js";

const example = readFileSync(new URL("../fixtures/contract-example.autoscaler.yaml", import.meta.url), "utf8");

let session: Awaited<ReturnType<typeof startSession>>;
beforeEach(async () => {
  session = await startSession({
    environment: { PROXMOX_TOKEN: "root@pam!a=b" },
    initialization: { findingsUrl: "file:///app/docs/findings.md" },
  });
});
afterEach(() => session[Symbol.asyncDispose]());

/** Each letter stands for ten of the one before. */
const bomb = ["b", "c", "d", "e", "f", "g"].reduce((text, name, index, names) => {
  const before = names[index - 1] ?? "a";
  return `${text}${name}: &${name} [${Array<string>(10).fill(`*${before}`).join(", ")}]\n`;
}, "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");

const at = (line: number, character: number, length = 0) => ({
  start: { line, character },
  end: { line, character: character + length },
});

describe("diagnostics", () => {
  it("has none for a clean file", async () => {
    expect(await session.open(example)).toEqual([]);
  });

  it("comes and goes with what is typed, once for each defect, with a link and the place", async () => {
    await session.open("version: 1\nmode: apply\n");
    const wrong = await session.type(at(1, 6, 5), "aply");
    expect(wrong).toEqual([
      {
        range: at(1, 6, 4),
        severity: DiagnosticSeverity.Error,
        source: "lxc-autoscaler",
        code: "not-a-choice",
        codeDescription: { href: "file:///app/docs/findings.md#not-a-choice" },
        message: expect.stringContaining("recommend") as unknown,
      },
    ]);
    expect(await session.type(at(1, 6, 4), "apply")).toEqual([]);
  });

  it("counts UTF-16 units, as editors do, in files with either line end", async () => {
    for (const end of ["\n", "\r\n"]) {
      const path = `file:///${end.length}/autoscaler.yaml`;
      const line = '  - { name: "🦊🦊", match: { tags: [web] }, nonsense: 1 }';
      const findings = await session.open(["version: 1", "policies:", line, ""].join(end), path);
      expect(findings.map(({ code, range }) => ({ code, range }))).toEqual([
        { code: "unknown-key", range: at(2, line.indexOf("nonsense"), 8) },
      ]);
    }
  });

  it("tells related places and tags what has no effect", async () => {
    const findings = await session.open(
      [
        "version: 1",
        "defaults:",
        "  cpu: { max: 2, min: 4 }",
        "connection: { verifyTls: true }",
        "policies:",
        "  - { name: web, match: { tags: [web] } }",
        "  - { name: web, match: { tags: [other] } }",
        "mode: apply",
        "mode: paused",
        "",
      ].join("\n"),
    );
    const found = (code: string) => findings.find((finding) => finding.code === code);
    expect(found("min-above-max")).toMatchObject({ relatedInformation: [{ location: { uri, range: at(2, 9, 3) } }] });
    expect(found("duplicate-name")).toMatchObject({ relatedInformation: [{ location: { uri, range: at(5, 12, 3) } }] });
    expect(found("duplicate-key")).toMatchObject({
      range: at(8, 0, 4),
      relatedInformation: [{ location: { uri, range: at(7, 0, 4) } }],
    });
    expect(found("deprecated-key")).toMatchObject({
      severity: DiagnosticSeverity.Warning,
      tags: [DiagnosticTag.Deprecated],
    });
  });

  it("tells of the policies, schedules and `ignore` that a finding speaks of, but not of its own entry", async () => {
    const related = async (text: string, code: string): Promise<readonly unknown[] | undefined> => {
      const findings = await session.open(`version: 1\n${text}`);
      const found = findings.find((finding) => finding.code === code);
      return found?.relatedInformation?.map(({ message, location }) => [message, location.range.start.line]);
    };
    const web = "  - { name: web, match: { tags: [web] }, cpu: { min: 4, max: 6, target: 60% } }\n";
    const later = "  - { name: later, match: { tags: [web] }, cpu: { min: 1, max: 8, target: 50% } }\n";
    expect(await related(`policies:\n${web}${later}`, "never-wins")).toEqual([["The policy `later` is here.", 3]]);
    expect(await related(`policies:\n${web}ignore: { tags: [web] }\n`, "never-wins")).toEqual([
      ["`ignore` is here.", 3],
    ]);
    const nights =
      'timezone: UTC\nschedules:\n  - { name: nights, match: { tags: [web] }, when: { from: "22:00", to: "06:00" }, cpu: { max: 2 } }\n';
    expect(await related(`policies:\n${web}${nights}`, "contradicting-schedules")).toEqual([
      ["The policy `web` is here.", 2],
    ]);
    const two = "  - { name: web, match: { tags: [a] }, cpu: { target: 60%, fixed: 2 } }\n";
    expect(await related(`policies:\n${web}${two}`, "two-strategies")).toBeUndefined();
  });

  it("looks at YAML files with our names, and at no others", async () => {
    expect(await session.open("nonsense: 1\n", "file:///a/site.autoscaler.yml", "yaml")).not.toEqual([]);
    const { connection } = session;
    const other = "file:///a/compose.yaml";
    await connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri: other, languageId: "yaml", version: 1, text: "nonsense: 1\n" },
    });
    expect(await session.hover({ line: 0, character: 2 }, other)).toBeNull();
    expect(session.published.some((published) => published.uri === other)).toBe(false);
  });

  it("knows the cluster: what matches nothing is said as soon as there is an inventory, and only then", async () => {
    const source = new PushedInventory();
    const own = await startSession({ inventory: source });
    const text = "version: 1\npolicies:\n  - match: { tags: [nowhere] }\n    cpu: { max: 4 }\n";
    expect((await own.open(text)).map(({ code }) => code)).not.toContain("matches-nothing");
    const renewed = new Promise<void>((resolve) => {
      own.connection.onNotification(
        "textDocument/publishDiagnostics",
        (parameters: { diagnostics: { code: string }[] }) => {
          if (parameters.diagnostics.some(({ code }) => code === "matches-nothing")) resolve();
        },
      );
    });
    source.push(inventory);
    await expect(renewed).resolves.toBeUndefined();
    await own[Symbol.asyncDispose]();
  });

  it("does not send the same findings again when only the cluster's figures have changed", async () => {
    await session.open("version: 1\nmode: aply\n");
    const before = session.published.length;
    await session.push(inventory);
    await session.push({ ...inventory, observedAt: inventory.observedAt + 10_000 });
    // An answer to a request after them comes after everything they caused.
    await session.hover({ line: 0, character: 2 });
    await session.hover({ line: 0, character: 2 });
    expect(session.published).toHaveLength(before);
  });

  it("answers changes that arrive together once, for the last of them", async () => {
    await session.open("version: 1\n");
    const before = session.published.length;
    const typed = Array.from("mode: apply").map((character, index) => session.type(at(1, index), character));
    expect(await typed.at(-1)).toEqual([]);
    expect(session.published.length - before).toBeLessThanOrEqual(typed.length);
    expect(session.published.at(-1)?.diagnostics).toEqual([]);
  });

  it("clears the findings of a document that is closed", async () => {
    await session.open("version: 1\nmode: aply\n");
    await session.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    await session.connection.sendRequest("textDocument/hover", {
      textDocument: { uri },
      position: { line: 0, character: 0 },
    });
    expect(session.published.at(-1)).toEqual({ uri, diagnostics: [] });
  });

  it.each([
    ["a huge file", `version: 1\n# ${"x".repeat(5 * 1024 * 1024)}\n`, "too-large"],
    ["brackets without end", "[".repeat(100_000), "too-deep"],
    ["a bomb of aliases", bomb, "alias-limit"],
    ["something binary", "\u0000\u0001\u0002\uFFFD: \u0007", null],
  ])("says one thing about %s, and lives", async (_, text, code) => {
    const findings = await session.open(text);
    expect(findings.length).toBeGreaterThanOrEqual(1);
    if (code !== null) expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(await session.complete({ line: 0, character: 1 })).toBeInstanceOf(Array);
    await session.hover({ line: 0, character: 1 });
    expect(await session.open("version: 1\n", "file:///b/autoscaler.yaml")).toEqual([]);
  });

  it("says nothing about files it does not look at", async () => {
    const text = 'version: 1\nconnection: { url: "https://pve1.example:8006", token: "${file:/etc/hostname}" }\n';
    expect(await session.open(text)).toEqual([]);
  });
});

describe("quick fixes", () => {
  it("put a finding's suggestion in its place", async () => {
    await session.open("version: 1\ndefaults:\n  cpu: { mni: 1 }\n");
    const actions = await session.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: at(2, 10),
      context: { diagnostics: [] },
    });
    expect(actions).toMatchObject([
      {
        title: "Change “mni” to “min”",
        kind: "quickfix",
        isPreferred: true,
        edit: { changes: { [uri]: [{ range: at(2, 9, 3), newText: "min" }] } },
      },
      {
        title: "Remove “mni”",
        kind: "quickfix",
        isPreferred: false,
        edit: { changes: { [uri]: [{ range: at(2, 9, 6), newText: "" }] } },
      },
    ]);
    expect(
      await session.connection.sendRequest("textDocument/codeAction", {
        textDocument: { uri },
        range: at(0, 0),
        context: { diagnostics: [] },
      }),
    ).toEqual([]);
  });
});

describe("cancelling", () => {
  it("ends a request that nobody waits for any more", async () => {
    await session.open(example);
    const { CancellationTokenSource } = await import("vscode-languageserver/node");
    const source = new CancellationTokenSource();
    const request = session.connection.sendRequest(
      "textDocument/hover",
      { textDocument: { uri }, position: { line: 1, character: 2 } },
      source.token,
    );
    source.cancel();
    await expect(request).rejects.toMatchObject({ code: -32800 });
  });
});
