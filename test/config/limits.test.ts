import { describe, expect, it } from "vitest";
import { brief, example, read } from "./example.js";

function only(text: string): string[] {
  const { findings, config } = read(text);
  expect(config).toBeNull();
  return findings.map(brief);
}

describe("a text that is no autoscaler file", () => {
  it("is refused unread where it is too large", () => {
    expect(only("x".repeat(50_000_000))).toEqual(["too-large 1:1-1:1"]);
    expect(only(`# ${"é".repeat(3_000_000)}\nversion: 1\n`)).toEqual(["too-large 1:1-1:1"]);
    expect(read(`version: 1\n#${"é".repeat(2_000_000)}\n`).findings).toEqual([]);
  });

  it("is refused where it is nested too deep, in brackets, dashes, or indentation", () => {
    expect(only(`version: 1\npolicies: ${"[".repeat(100_000)}`)).toEqual(["too-deep 2:75-2:76"]);
    expect(only(`version: 1\npolicies:\n  ${"- ".repeat(20_000)}a`).map((text) => text.split(" ")[0])).toEqual([
      "too-deep",
    ]);
    const indented = Array.from({ length: 100 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n");
    expect(only(indented)).toEqual(["too-deep 66:66-66:67"]);
  });

  it("may have any number of brackets in texts and comments", () => {
    expect(read(`${example}# ${"[".repeat(200)}\n`).findings).toEqual([]);
    expect(read(example.replace("golden", `"${"{".repeat(200)}"`)).findings).toEqual([]);
  });

  it("is refused where aliases multiply", () => {
    const levels = ["b", "c", "d", "e", "f", "g", "h", "i", "j"].map((name, index) => {
      const before = "abcdefghi"[index]!;
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(", ")}]`;
    });
    const bomb = `version: 1\na: &a [x, x, x, x, x, x, x, x, x]\n${levels.join("\n")}\n`;
    expect(only(bomb).map((text) => text.split(" ")[0])).toEqual(["alias-limit"]);
    expect(only("version: 1\npolicies: &a [*a]\n")).toEqual(["alias-limit 2:15-2:17"]);
  });

  it("may use aliases with sense", () => {
    const { findings, config } = read(
      "version: 1\npolicies:\n  - { name: a, match: &who { tags: [web] }, cpu: &cpu { max: 4 } }\n  - { name: b, match: *who, memory: { max: 1GiB } }\n  - { name: c, match: { tags: [api] }, cpu: *cpu }\n",
    );
    expect(findings).toEqual([]);
    expect(config!.policies.map(({ match, layer }) => [match.tags, layer.cpu?.max])).toEqual([
      [["web"], 4],
      [["web"], undefined],
      [["api"], 4],
    ]);
  });

  it("reports a defect behind aliases once, where it stands", () => {
    const text =
      "version: 1\npolicies:\n  - { name: a, match: { tags: [web] }, cpu: &cpu { max: x } }\n  - { name: b, match: { tags: [api] }, cpu: *cpu }\n";
    expect(only(text)).toEqual(["wrong-type 3:57-3:58"]);
  });

  it.each([
    ["", "not-a-configuration 1:1-1:1"],
    ["# nothing yet\n", "not-a-configuration 1:1-1:14"],
    ["null\n", "not-a-configuration 1:1-1:5"],
    ["{}", "not-a-configuration 1:1-1:3"],
    ["- version: 1\n", "not-a-configuration 1:1-1:13"],
    ["just words\n", "not-a-configuration 1:1-1:11"],
    ["services:\n  web: {}\n", "not-a-configuration 1:1-1:10"],
    ["\u0000\u0001\u0002ELF", "not-a-configuration 1:1-1:7"],
  ])("%j is said to be none", (text, finding) => {
    expect(only(text)).toEqual([finding]);
  });

  it.each([
    ["DEFAULT:\n  poll_interval: 300\nTIER_web:\n  lxc_containers: [101]\n", "older-format 1:1-1:8"],
    ["DEFAULTS:\n  poll_interval: 300\n", "older-format 1:1-1:9"],
    ["proxmox: { host: pve }\nglobal: {}\ncontainers: []\n", "older-format 1:1-1:8"],
    ["servers: []\nservices: {}\n", "older-format 1:1-1:8"],
    ['{ "proxmox": {}, "runtime": {} }', "older-format 1:3-1:12"],
    ["POLL_INTERVAL=300\nCPU_UPPER_THRESHOLD=80\n", "older-format 1:1-1:18"],
    ["[DEFAULT]\npoll_interval = 300   \nenergy_mode = False\nignore_lxc =\n", "older-format 1:1-1:10"],
  ])("%j is of an earlier program", (text, finding) => {
    const { findings } = read(text);
    expect(findings.map(brief)).toEqual([finding]);
    expect(findings[0]!.severity).toBe("information");
  });

  it("is read the same with Windows line ends and a byte order mark", () => {
    const windows = `\uFEFF${example.replaceAll("\n", "\r\n")}`;
    expect(read(windows).findings).toEqual([]);
    expect(read(windows.replace("max: 12 }", "max: 12% }")).findings.map(brief)).toEqual(["wrong-unit 30:46-30:49"]);
  });

  it("ends with how many more findings there are, and never looks better than it is", () => {
    const many = Array.from({ length: 12_000 }, (_, index) => `key${index}: 1`).join("\n");
    const { findings } = read(`version: 1\n${many}\n`);
    expect(findings).toHaveLength(10_001);
    expect(findings.slice(0, 10_000).every(({ code }) => code === "unknown-key")).toBe(true);
    expect(findings.at(-1)).toMatchObject({ code: "more-findings", severity: "information", line: 10_001 });
    expect(findings.at(-1)!.message).toContain("2000 more");

    const notes = Array.from({ length: 11_000 }, () => "{ type: webhook, url: 'http://hooks.example/x' }").join(", ");
    const text = `version: 1\nnotifications: [${notes}]\n`;
    expect(read(text).config).not.toBeNull();
    const wrong = read(`${text}mode: no\n`);
    expect(wrong.config).toBeNull();
    expect(wrong.findings.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual([
      "not-a-choice",
    ]);
    expect(wrong.findings).toHaveLength(10_001);
  });

  it("repeats no endless value in a message", () => {
    const long = "9".repeat(100_000);
    for (const line of [`interval: ${long}`, `mode: a${long}`, `ignore: { tags: a${long} }`, `k${long}: 1`]) {
      const { findings } = read(`version: 1\n${line}\n`);
      expect(findings.map(({ severity }) => severity)).toEqual(["error"]);
      expect(findings[0]!.message.length).toBeLessThan(500);
    }
  });

  it("is not searched again and again for the end of references that have none", () => {
    expect(only(`version: 1\ninterval: ${"${".repeat(1_000_000)}\n`).map((text) => text.split(" ")[0])).toEqual([
      "unknown-reference",
    ]);
  });

  it("marks a list or map to its end, and not the blank lines behind it", () => {
    expect(read("version: 1\nignore:\n  - 104\n\n\nmode: apply\n").findings.map(brief)).toEqual(["wrong-type 3:3-3:8"]);
  });

  it("reports each of several missing keys", () => {
    const { findings } = read("version: 1\ngroups:\n  - name: a\n");
    expect(findings.map(({ message }) => message)).toEqual([
      "`template` is missing in `groups[0]`.",
      "`instances` is missing in `groups[0]`.",
    ]);
  });

  it("counts columns in UTF-16 units", () => {
    expect(
      read('version: 1\npolicies: [{ name: "😀", match: { tags: [a] }, colour: 1 }]\n').findings.map(brief),
    ).toEqual(["unknown-key 2:48-2:54"]);
  });

  it("never makes the reader throw, whatever it is", async () => {
    const { default: fc } = await import("fast-check");
    const piece = fc.constantFrom(
      "- ",
      ": ",
      "a",
      "\n",
      "  ",
      "[",
      "]",
      "{",
      "}",
      "&a ",
      "*a",
      "'",
      '"',
      "|",
      ">",
      "#",
      "\t",
      "!x ",
      "? ",
      ",",
      "${env:X}",
      "policies",
      "match",
      "cpu",
      "version: 1\n",
      "---\n",
      "%",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { findings, config } = read(pieces.join(""));
        const errors = findings.some(({ severity }) => severity === "error");
        const older = findings.some(({ code }) => code === "older-format");
        expect(config === null).toBe(errors || older);
        for (const { line, column, endLine, endColumn } of findings) {
          expect(line >= 1 && column >= 1 && (endLine > line || (endLine === line && endColumn >= column))).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("gives findings for any cut-off version of the example, as while it is typed", () => {
    for (let length = 0; length < example.length; length += 7) {
      const { findings, config } = read(example.slice(0, length));
      expect(config !== null || findings.length > 0).toBe(true);
    }
  });
});
