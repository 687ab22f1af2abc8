import type { KeyPath } from "../../config/index.js";

/** A map or list that is open at a place of the text. */
export interface Frame {
  readonly kind: "map" | "list";
  readonly path: KeyPath;
  /** The column of its keys or dashes; in brackets that of the line that opened it. */
  readonly indent: number;
  readonly flow: boolean;
  /** Keys of a map, texts of a list, as far as they were seen. */
  readonly present: Set<string>;
  /** Scalars of a map, by key. */
  readonly scalars: Map<string, string>;
  /** Entries of a list before the place. */
  count: number;
  /** In braces: the key whose value comes; `null`: a key comes. */
  key: string | null;
  /** In brackets: a comma must come before anything else. */
  complete: boolean;
}

/** A key without a value or a dash without an entry: what comes next may belong to it. */
export interface Awaited {
  readonly path: KeyPath;
  readonly indent: number;
}

/** What is being written inside of brackets. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

const keyPattern =
  /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s"'#&*!|>%@`[\]{},?-][^:#"'{}[\],]*?))[ \t]*:(?=\s|$)/u;

/** The key that a text begins with, colon included; `null` where it begins with none. */
export function keyAtStart(
  text: string,
): { readonly key: string; readonly written: number; readonly end: number } | null {
  const match = keyPattern.exec(text);
  if (match === null) return null;
  const [whole, double, single, plain] = match;
  return {
    key: double ?? single ?? plain ?? "",
    written: whole.slice(0, -1).trimEnd().length,
    end: whole.length,
  };
}

/** What of a line is no comment, without blank space at its end. */
export function withoutComment(text: string): string {
  let quote = "";
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const before = index === 0 ? " " : text.charAt(index - 1);
    if (quote !== "") {
      if (character === quote && !(quote === '"' && before === "\\")) quote = "";
    } else if (character === "#" && /\s/u.test(before)) {
      return text.slice(0, index).trimEnd();
    } else if ((character === '"' || character === "'") && /[\s,:{[]/u.test(before)) {
      quote = character;
    }
  }
  return text.trimEnd();
}

/**
 * Follows the structure of a text line by line, by its indentation and brackets alone: what a parser of YAML gives up on,
 * because a half-typed line stands in it, is followed as it was meant.
 */
export class Outline {
  readonly #text: string;
  readonly #stack: Frame[] = [];
  readonly #every: Frame[] = [];
  awaited: Awaited | null = null;
  /** Inside of brackets: the indentation of the line that opened them. */
  #flowBase: number | null = null;
  #token: Token | null = null;
  #inComment = false;
  /** Lines that are further in than this belong to a block text. */
  #textIndent: number | null = null;
  /** A quote that was opened on an earlier line. */
  #quote: { readonly mark: string; readonly indent: number } | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  get inFlow(): boolean {
    return this.#flowBase !== null;
  }

  /** What is being written inside of brackets. */
  get token(): Token | null {
    return this.#token;
  }

  get inComment(): boolean {
    return this.#inComment;
  }

  get top(): Frame | undefined {
    return this.#stack.at(-1);
  }

  frames(): readonly Frame[] {
    return this.#stack;
  }

  /** Those that were left meanwhile, too. */
  get every(): readonly Frame[] {
    return this.#every;
  }

  holds(frame: Frame): boolean {
    return this.#stack.includes(frame);
  }

  push(kind: Frame["kind"], path: KeyPath, indent: number, flow = false): Frame {
    const frame: Frame = {
      kind,
      path,
      indent,
      flow,
      present: new Set(),
      scalars: new Map(),
      count: 0,
      key: null,
      complete: false,
    };
    this.#stack.push(frame);
    this.#every.push(frame);
    return frame;
  }

  /** Takes off what is further in than a column, the outermost first. */
  leave(column: number): readonly Frame[] {
    const left: Frame[] = [];
    while (this.#stack.length > 1 && (this.#stack.at(-1)?.indent ?? 0) > column) {
      const frame = this.#stack.pop();
      if (frame !== undefined) left.unshift(frame);
    }
    return left;
  }

  restore(frames: readonly Frame[]): void {
    this.#stack.push(...frames);
  }

  /** True where a line of this indentation belongs to a text that goes over several lines. */
  inText(column: number): boolean {
    return this.#quote !== null || (this.#textIndent !== null && column > this.#textIndent);
  }

  /** Before a line is looked at: leaves brackets and quotes that were forgotten to be closed. */
  beginLine(line: string): void {
    this.#inComment = false;
    const open = this.#flowBase ?? this.#quote?.indent ?? null;
    if (open === null) return;
    const [, blank = "", rest = ""] = /^([ \t]*)(.*)$/su.exec(line) ?? [];
    const isEntry = /^(?:- +)*[A-Za-z_][\w-]*:(?:\s|$)/u.test(rest) || /^- /u.test(rest);
    if (!isEntry || blank.length > open) return;
    while (this.#stack.at(-1)?.flow === true) this.#stack.pop();
    this.#flowBase = null;
    this.#token = null;
    this.#quote = null;
    this.awaited = null;
  }

  /** Reads a whole line. */
  line(start: number, end: number): void {
    const line = this.#text.slice(start, end);
    this.beginLine(line);
    if (this.inFlow) {
      this.flow(start, end);
      return;
    }
    if (this.#quote !== null) {
      if (line.includes(this.#quote.mark)) this.#quote = null;
      return;
    }
    const column = line.length - line.trimStart().length;
    const body = line.slice(column);
    if (body === "" || body.startsWith("#")) return;
    if (this.#textIndent !== null) {
      if (column > this.#textIndent) return;
      this.#textIndent = null;
    }
    const dashes = /^(?:-(?:[ \t]+|$))*/u.exec(body)?.[0] ?? "";
    if (dashes !== "" && !this.dashes(column, dashes)) return;
    const at = column + dashes.length;
    const rest = line.slice(at);
    if (rest === "" || rest.startsWith("#")) return;
    const entry = keyAtStart(rest);
    if (entry === null) {
      const { awaited } = this;
      if (awaited !== null && (dashes !== "" || column > awaited.indent)) {
        this.value(start + at, end, awaited.path, awaited.indent);
      }
      return;
    }
    const map = this.mapFor(at, dashes !== "");
    if (map === null) return;
    map.present.add(entry.key);
    this.value(start + at + entry.end, end, [...map.path, entry.key], map.indent);
  }

  /** Reads the dashes that a line begins with; false where no list can be there. */
  dashes(column: number, dashes: string): boolean {
    let at = column;
    for (const [dash] of dashes.matchAll(/-[ \t]*/gu)) {
      const left = this.leave(at);
      const { awaited } = this;
      if (awaited !== null && awaited.indent <= at && !(this.top?.kind === "list" && this.top.indent === at)) {
        this.push("list", awaited.path, at);
      }
      while (this.#stack.length > 1 && this.top?.kind === "map") this.#stack.pop();
      const list = this.top;
      if (list?.kind !== "list") {
        this.restore(left);
        return false;
      }
      this.awaited = { path: [...list.path, list.count], indent: list.indent };
      list.count += 1;
      at += dash.length;
    }
    return true;
  }

  /** The map that a key of this column is in; `null` where there is none. */
  mapFor(column: number, afterDash: boolean): Frame | null {
    const { awaited } = this;
    this.leave(column);
    if (awaited !== null && (afterDash || column > awaited.indent)) {
      this.awaited = null;
      return this.push("map", awaited.path, column);
    }
    this.awaited = null;
    while (this.#stack.length > 1 && this.top?.kind === "list" && this.top.indent >= column) this.#stack.pop();
    return this.top?.kind === "map" ? this.top : null;
  }

  /** Reads what stands behind a colon or a dash. */
  value(start: number, end: number, path: KeyPath, indent: number): void {
    const whole = this.#text.slice(start, end);
    const written = withoutComment(whole).trimStart();
    const at = start + whole.length - whole.trimStart().length;
    this.awaited = null;
    const first = written.charAt(0);
    const owner = this.top;
    if (written === "" || /^[&!]\S*$/u.test(written)) {
      this.awaited = { path, indent };
    } else if (first === "[" || first === "{") {
      this.openFlow(path, indent);
      this.flow(at, end);
    } else if (first === "|" || first === ">") {
      this.#textIndent = indent;
    } else if (first === '"' || first === "'") {
      const close = written.indexOf(first, 1);
      if (close === -1) this.#quote = { mark: first, indent };
      else this.#note(owner, path, written.slice(1, close));
    } else {
      this.#note(owner, path, written);
    }
  }

  #note(owner: Frame | undefined, path: KeyPath, text: string): void {
    const last = path.at(-1);
    if (owner?.kind === "list") owner.present.add(text);
    else if (owner !== undefined && typeof last === "string") owner.scalars.set(last, text);
  }

  /** From here on brackets hold the value of a place. */
  openFlow(path: KeyPath, indent: number): void {
    this.#flowBase = indent;
    this.#token = null;
    this.awaited = { path, indent };
  }

  /** Reads a part of a line inside of brackets; may be called for one piece after the other. */
  flow(start: number, end: number): void {
    for (let at = start; at < end && this.#flowBase !== null && !this.#inComment; at += 1) this.#flowCharacter(at);
  }

  #flowCharacter(at: number): void {
    const character = this.#text.charAt(at);
    const token = this.#token;
    const isQuoted = token !== null && token.quote !== "" && !this.#isClosed(token);
    if (isQuoted) {
      this.#token = { ...token, end: at + 1 };
      return;
    }
    const before = at === 0 ? " " : this.#text.charAt(at - 1);
    const frame = this.#stack.at(-1);
    switch (character) {
      case " ":
      case "\t":
      case "\r":
      case "\n":
        return;
      case "#":
        if (/\s/u.test(before)) this.#inComment = true;
        else this.#extend(at);
        return;
      case "{":
      case "[":
        if (token === null) this.#openBracket(character);
        else this.#extend(at);
        return;
      case "}":
      case "]":
        this.#finish();
        if (this.#stack.at(-1)?.flow === true) this.#stack.pop();
        if (this.#stack.at(-1)?.flow === true) {
          const outer = this.#stack.at(-1);
          if (outer !== undefined) outer.complete = true;
        } else {
          this.#flowBase = null;
          this.awaited = null;
        }
        return;
      case ",":
        this.#finish();
        if (frame !== undefined) {
          frame.key = null;
          frame.complete = false;
          frame.count += 1;
        }
        return;
      case ":": {
        const next = this.#text.charAt(at + 1);
        const ends = next === "" || /[\s,[\]{}]/u.test(next) || (token !== null && token.quote !== "");
        if (frame?.kind === "map" && frame.key === null && token !== null && ends) {
          frame.key = this.#tokenText(token);
          frame.present.add(frame.key);
          this.#token = null;
        } else {
          this.#extend(at);
        }
        return;
      }
      default:
        this.#extend(at);
    }
  }

  #extend(at: number): void {
    const character = this.#text.charAt(at);
    if (this.#token === null) {
      this.#token = { start: at, end: at + 1, quote: character === '"' || character === "'" ? character : "" };
    } else {
      this.#token = { ...this.#token, end: at + 1 };
    }
  }

  #isClosed({ start, end, quote }: Token): boolean {
    if (end - start < 2 || this.#text.charAt(end - 1) !== quote) return false;
    return !(quote === '"' && this.#text.charAt(end - 2) === "\\");
  }

  #openBracket(bracket: "{" | "["): void {
    const frame = this.#stack.at(-1);
    const indent = this.#flowBase ?? 0;
    if (frame?.flow !== true) {
      const path = this.awaited?.path ?? [];
      this.awaited = null;
      this.push(bracket === "{" ? "map" : "list", path, indent, true);
      return;
    }
    const step = frame.kind === "list" ? frame.count : (frame.key ?? "");
    this.push(bracket === "{" ? "map" : "list", [...frame.path, step], indent, true);
  }

  #finish(): void {
    const token = this.#token;
    const frame = this.#stack.at(-1);
    this.#token = null;
    if (token === null || frame === undefined) return;
    const text = this.#tokenText(token);
    if (frame.kind === "list" || frame.key === null) frame.present.add(text);
    else frame.scalars.set(frame.key, text);
  }

  #tokenText({ start, end, quote }: Token): string {
    const text = this.#text.slice(start, end);
    return quote === "" ? text : text.slice(1, text.endsWith(quote) && text.length > 1 ? -1 : undefined);
  }
}
