import { Problem } from "./problem.js";

/** Parameters as they came, before they are verified: name → text. */
export type RawParameters = Map<string, string>;

/**
 * Reads a query string or a form body the way pveproxy does: split at `&` and `;`, then at every `=`, of
 * which only the second part is kept (so `features=fuse=1` arrives as `fuse`). A name given twice
 * arrives as one value with NUL between.
 */
export function parseForm(text: string): RawParameters {
  const parameters: RawParameters = new Map();
  for (const pair of text.split(/[&;]/u)) {
    const [name, value] = pair.split("=");
    if (name === undefined || name === "" || value === undefined) continue;
    const key = decode(name);
    const before = parameters.get(key);
    parameters.set(key, before === undefined ? decode(value) : `${before}\0${decode(value)}`);
  }
  return parameters;
}

/** Reads a JSON body; anything that isn't an object of plain values is an error in Perl's words. */
export function parseJson(text: string): RawParameters {
  const parameters: RawParameters = new Map();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Problem(500, perlJsonError(text), { body: "plain" });
  }
  if (typeof parsed !== "object" || parsed === null) return parameters;
  for (const [key, value] of Object.entries(parsed)) {
    const text = plainText(value);
    if (text !== null) parameters.set(key, text);
  }
  return parameters;
}

function plainText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "1" : "0";
  if (Array.isArray(value)) return value.map((item) => plainText(item) ?? "").join("\0");
  return null;
}

const place = "at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 934.";

function perlJsonError(text: string): string {
  const trimmed = text.trimEnd();
  if (trimmed.startsWith("{") && !trimmed.endsWith("}")) {
    return `, or } expected while parsing object/hash, at character offset ${trimmed.length} (before "(end of string)") ${place}`;
  }
  const before = text === "" ? "(end of string)" : text.slice(0, 20);
  return `malformed JSON string, neither tag, array, object, number, string or atom, at character offset 0 (before "${before}") ${place}`;
}

function decode(text: string): string {
  return percentDecode(text.replaceAll("+", " "));
}

/** Replaces `%3A` and the like; what is no such escape stays as it is. */
export function percentDecode(text: string): string {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const decoded = bytes.replace(/%([0-9a-fA-F]{2})/gu, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, "latin1").toString("utf8");
}
