import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { isAlias, isMap, isScalar, isSeq, type YAMLError } from "yaml";
import { describe, expect, it } from "vitest";
import { inventory } from "../server/cluster.js";
import { createReader, readAutoscalerFile, type AutoscalerReading } from "../../src/config/index.js";

/** A list of policies as people write it, long enough that parts of it are read on their own. */
function listOf(count: number, between: string): string {
  const policies = Array.from({ length: count }, (_, index) =>
    [
      `  - name: policy-${index}`,
      `    match: { tags: [tag-${index}] }`,
      "    cpu:",
      "      min: 1",
      "      scaleUp: { above: 80%, for: 2m }",
    ].join("\n"),
  );
  return policies.join(`\n${between}`);
}

const head = "version: 1\ninterval: 60s\n";
const tail = 'schedules:\n  - name: night\n    match: { tags: [a] }\n    when: { from: "22:00", to: "06:00" }\n# end\n';
const samples = [
  `${head}policies:\n${listOf(16, "")}\n`,
  `${head}# all of them\npolicies:\n${listOf(12, "\n  # about it\n")}\n${tail}`,
  `${head}policies:\n${listOf(12, "").replaceAll("\n  ", "\n").slice(2)}\n${tail}`,
  `${head}policies:\n${listOf(12, "    # more\n")}\n`.replaceAll("\n", "\r\n"),
  readFileSync(new URL("../fixtures/contract-example.autoscaler.yaml", import.meta.url), "utf8"),
  `${head}include:\n  - a.yaml\n  - b.yaml\npolicies:\n${listOf(6, "")}\nsafety: { maxChangesPerCycle: 5 }\n${tail}groups: []\n`,
  `version: 1\nschedules:\n${listOf(5, "  # one\n").replaceAll("\n  ", "\n").slice(2)}\n\n# two\n\npolicies:\n${listOf(5, "\n")}\nx:\n`,
  `# first\n\n${head}defaults:\n  cpu: { max: 4 }\n  # inside\npolicies: # beside\n  # before\n${listOf(4, "")}\n  # after\n\nignore: { tags: [a] }`,
];
const pieces = [
  ...["a", ":", "#", "-", '"', "'", "[", "]", "{", "}", "|", ">", "\t", " ", "\n"],
  ...[
    "- ",
    "  ",
    "\n  - name: x\n",
    "\n    # c\n",
    "&a ",
    "*a",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "x: 1\n",
    "\r\n",
    "\r",
    "policies:\n",
    "x:\n  - a: 1\n",
    "\n- ",
    "# c\n",
  ],
  ...["é", "\u{1F600}", "\u0301", "\uFEFF", ", ", "? ", "!t ", "cpu:\n", "\n\n", "<<: *a\n", "interval: 5m\n"],
];

/** Sequences of edits; more of them, elsewhere: `SEQUENCES=20000`. */
const runs = Number(process.env["SEQUENCES"] ?? 100);

/** All that can be seen of a node. */
function seen(node: unknown): unknown {
  if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) return node;
  const { range, comment, commentBefore, spaceBefore } = node;
  const own = { range, comment, commentBefore, spaceBefore, tag: node.tag };
  if (isAlias(node)) return { alias: node.source, ...own };
  // Of two readings of `<<` in YAML 1.1 each is a symbol of its own.
  if (isScalar(node)) {
    const value = typeof node.value === "symbol" ? node.value.toString() : node.value;
    return { value, source: node.source, type: node.type, anchor: node.anchor, ...own };
  }
  const items = isMap(node) ? node.items.map(({ key, value }) => [seen(key), seen(value)]) : node.items.map(seen);
  return { items, flow: node.flow, anchor: node.anchor, ...own };
}

function slip({ code, message, pos }: YAMLError): unknown {
  return [code, message, pos];
}

function whole({ findings, config, problems, document, texts }: AutoscalerReading): unknown {
  const { text, base, yaml, root, lines } = document;
  return {
    ...{ findings, config, problems: [...problems.values()], texts: [...texts], text, base },
    lines: lines.lineStarts,
    root: seen(root),
    aliases: document.aliases.size,
    yaml:
      yaml === null
        ? null
        : [yaml.range, yaml.comment, yaml.commentBefore, yaml.errors.map(slip), yaml.warnings.map(slip)],
  };
}

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  /** Where the edit before it ended, as one types. */
  goesOn: fc.boolean(),
  taken: fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, fc.nat(40)),
  put: fc.oneof(fc.constant(""), fc.constantFrom(...pieces)),
  undone: fc.boolean(),
});

describe("a file that is read again as it changes", () => {
  it("is read as if it were read from the beginning, whatever is typed", () => {
    const options = { file: "autoscaler.yaml", inventory };
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 6 }), (sample, edits) => {
        const read = createReader();
        read(sample, options);
        const compare = (text: string): void => {
          const [again, fresh] = [whole(read(text, options)), whole(readAutoscalerFile(text, options))];
          // Saying where they differ takes many times as long as seeing that they don't.
          if (!isDeepStrictEqual(again, fresh)) expect(again).toEqual(fresh);
        };
        let text = sample;
        let end = 0;
        for (const { at, goesOn, taken, put, undone } of edits) {
          const offset = goesOn ? Math.min(end, text.length) : Math.floor(at * text.length);
          end = offset + put.length;
          const changed = text.slice(0, offset) + put + text.slice(offset + taken);
          compare(changed);
          if (undone) compare(text);
          else text = changed;
        }
      }),
      { numRuns: runs },
    );
  }, 3_600_000);

  it("keeps what was read of entries that are not touched", () => {
    const read = createReader();
    const [sample = ""] = samples;
    const root = (reading: AutoscalerReading): unknown => {
      const list = isMap(reading.document.root) ? reading.document.root.get("policies") : null;
      return isSeq(list) ? list.items : [];
    };
    const before = root(read(sample, { file: "autoscaler.yaml" })) as unknown[];
    const after = root(read(sample.replace("policy-8", "policy-eight"), { file: "autoscaler.yaml" })) as unknown[];
    expect(after.map((item, index) => item === before[index])).toEqual(
      before.map((_, index) => index < 8 || index > 9),
    );
  });
});
