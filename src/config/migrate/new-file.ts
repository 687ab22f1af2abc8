import { Document, isMap, isScalar, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";

/** A value of the new file. */
export type NewValue = string | number | boolean | readonly (string | number)[];

interface NewEntry {
  value: NewValue | NewMap | NewMap[];
  readonly comments: string[];
}

/** A block of the new file: its keys in the order they are set, each with the comments that belong to it. */
export interface NewMap {
  readonly entries: Map<string, NewEntry>;
  /** Comments about the block as a whole. */
  readonly comments: string[];
}

export function newMap(): NewMap {
  return { entries: new Map(), comments: [] };
}

function isNewMap(value: NewEntry["value"] | undefined): value is NewMap {
  return typeof value === "object" && "entries" in value && !Array.isArray(value);
}

function childMap(map: NewMap, key: string): NewMap {
  const found = map.entries.get(key);
  if (found !== undefined && isNewMap(found.value)) return found.value;
  const child = newMap();
  map.entries.set(key, { value: child, comments: [] });
  return child;
}

/** Sets a value by its path (`cpu.scaleUp.above`), with comments about it. */
export function set(map: NewMap, path: string, value: NewValue | NewMap, comments: readonly string[] = []): void {
  const keys = path.split(".");
  const last = keys.pop() ?? path;
  let at = map;
  for (const key of keys) at = childMap(at, key);
  const before = at.entries.get(last)?.comments ?? [];
  at.entries.set(last, { value, comments: [...before, ...comments] });
}

/** Adds comments to a path; the blocks on the way to it come into being. */
export function comment(map: NewMap, path: string, comments: readonly string[]): void {
  const keys = path.split(".");
  const last = keys.pop() ?? path;
  let at = map;
  for (const key of keys) at = childMap(at, key);
  const entry = at.entries.get(last) ?? { value: newMap(), comments: [] };
  entry.comments.push(...comments);
  at.entries.set(last, entry);
}

/** Adds a block to a list (`policies`). */
export function append(map: NewMap, key: string, item: NewMap): number {
  const entry = map.entries.get(key) ?? { value: [], comments: [] };
  const list = Array.isArray(entry.value) && entry.value.every((one) => typeof one === "object") ? entry.value : [];
  list.push(item);
  map.entries.set(key, { ...entry, value: list });
  return list.length - 1;
}

export function has(map: NewMap, path: string): boolean {
  const keys = path.split(".");
  let at: NewEntry["value"] | undefined = map;
  for (const key of keys) {
    if (!isNewMap(at)) return false;
    at = at.entries.get(key)?.value;
  }
  return at !== undefined;
}

/** A name that is not taken yet: the one wanted, or with a number behind it. */
export function unique(names: Set<string>, wanted: string): string {
  let name = wanted;
  for (let number = 2; names.has(name); number += 1) name = `${wanted}-${number}`;
  names.add(name);
  return name;
}

/** Blocks that are written over several lines, one key a line. */
const blocks = new Set(["connection", "defaults", "safety", "network", "health"]);
/** Blocks that fit one line where they are short. */
const resources = new Set(["cpu", "memory"]);
/** The order of the keys of a file, whatever order they were found in. */
const order = [
  "version",
  "interval",
  "timezone",
  "mode",
  "connection",
  "defaults",
  "policies",
  "ignore",
  "businessHours",
  "schedules",
  "groups",
  "safety",
  "notifications",
  "metrics",
];
const width = 100;

/** Comments wrapped to lines of the file's width; what is indented stays so. */
function wrapped(comments: readonly string[]): string[] {
  return comments.flatMap((comment) =>
    comment.split(/\r\n|[\n\r\u0085\u2028\u2029]/u).flatMap((text) => {
      const line = Array.from(text, (one) => (one >= " " && one !== "\u007F" ? one : " "))
        .join("")
        .trimEnd();
      const indent = /^ */u.exec(line)?.[0] ?? "";
      if (line.length <= width || /^\s*[-=#*~_]+\s*$/u.test(line)) return [line];
      const lines: string[] = [];
      let current = indent;
      for (const word of line.trimStart().split(" ")) {
        if (current.trim() !== "" && current.length + word.length + 1 > width) {
          lines.push(current);
          current = indent;
        }
        current += current.trim() === "" ? word : ` ${word}`;
      }
      return [...lines, current];
    }),
  );
}

function commentBlock(comments: readonly string[]): string | null {
  const lines = wrapped(comments);
  return lines.length === 0 ? null : lines.map((line) => (line === "" ? " " : ` ${line}`)).join("\n");
}

/** A list on one line, without blanks inside its brackets. */
class FlowSeq extends YAMLSeq {
  override toString(context?: Parameters<YAMLSeq["toString"]>[0], ...rest: (() => void)[]): string {
    return super.toString(context === undefined ? context : { ...context, flowCollectionPadding: "" }, ...rest);
  }
}

function scalarNode(value: string | number | boolean): Scalar {
  const node = new Scalar(value);
  // Older readers of YAML take 22:00 for a number of base sixty.
  if (typeof value === "string" && /^\d\d:\d\d$/u.test(value)) node.type = Scalar.QUOTE_DOUBLE;
  return node;
}

/** All comments of a block whose own place is lost because it is written on one line. */
function hoisted(map: NewMap): string[] {
  return [
    ...map.comments,
    ...[...map.entries.values()].flatMap(({ value, comments }) => [
      ...comments,
      ...(isNewMap(value) ? hoisted(value) : []),
    ]),
  ];
}

function onOneLine(key: string, map: NewMap): boolean {
  if (resources.has(key)) {
    const short = [...map.entries].map(([name, { value, comments }]) =>
      comments.length > 0 || typeof value === "object" ? width : name.length + String(value).length + 4,
    );
    return map.comments.length === 0 && short.reduce((sum, length) => sum + length, 0) <= 60;
  }
  if (blocks.has(key)) return false;
  return [...map.entries.values()].every(
    ({ value }) => !Array.isArray(value) || value.every((one) => typeof one !== "object"),
  );
}

function mapNode(map: NewMap, flow: boolean): YAMLMap {
  const node = new YAMLMap();
  node.flow = flow;
  for (const [key, { value, comments }] of map.entries) {
    const name = scalarNode(key);
    const about = flow ? [] : [...comments];
    let child: Scalar | YAMLMap | YAMLSeq;
    if (isNewMap(value)) {
      const oneLine = flow || onOneLine(key, value);
      if (!flow) about.push(...(oneLine ? hoisted(value) : value.comments));
      child = mapNode(value, oneLine);
    } else if (Array.isArray(value)) {
      const plain = value.every((one) => typeof one !== "object");
      child = plain ? new FlowSeq() : new YAMLSeq();
      child.flow = plain;
      for (const item of value as readonly (string | number | NewMap)[]) {
        if (typeof item !== "object") child.items.push(scalarNode(item));
        else {
          const itemNode = mapNode(item, false);
          const before = commentBlock(item.comments);
          if (before !== null) itemNode.commentBefore = before;
          child.items.push(itemNode);
        }
      }
    } else child = scalarNode(value as string | number | boolean);
    const before = commentBlock(about);
    if (before !== null) name.commentBefore = before;
    node.items.push(new Pair(name, child));
  }
  return node;
}

/** Writes the new file: `heading` above it, `tail` below it, both as comments. */
export function writeFile(file: NewMap, heading: readonly string[], tail: readonly string[]): string {
  const sorted = newMap();
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  for (const [key, entry] of [...file.entries].sort(([a], [b]) => rank(a) - rank(b))) sorted.entries.set(key, entry);
  const root = mapNode(sorted, false);
  for (const [index, { key, value }] of root.items.entries()) {
    const small = !isMap(value) || value.flow === true;
    if (
      index > 0 &&
      isScalar(key) &&
      (!(small && !("items" in (value as object))) || typeof key.commentBefore === "string")
    ) {
      key.spaceBefore = true;
    }
  }
  const document = new Document(root, { version: "1.2" });
  document.commentBefore = commentBlock(heading);
  const body = document.toString({ lineWidth: 0, flowCollectionPadding: true, indentSeq: true });
  const rest = wrapped(tail);
  const end = rest.length === 0 ? "" : `\n${rest.map((line) => (line === "" ? "#" : `# ${line}`)).join("\n")}\n`;
  return `${body.replace(/^( *)# +$/gmu, "$1#")}${end}`;
}
