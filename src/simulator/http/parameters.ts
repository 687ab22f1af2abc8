import type { RawParameters } from "./form.js";
import { badParameters } from "./problem.js";

/** One parameter of a call, as the API schema of Proxmox describes it. */
export interface Parameter {
  readonly type: "string" | "integer" | "number" | "boolean";
  readonly optional?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  /** Matched against the whole value. */
  readonly pattern?: RegExp;
  /** Says what is wrong with a value (`invalid format - …`), or null. */
  readonly format?: (value: string) => string | null;
}

/** Name → parameter. A name such as `mp[n]` stands for `mp0` to `mp255`. */
export type Schema = Readonly<Record<string, Parameter>>;

/** Verified parameters of one call. */
export class Parameters {
  constructor(private readonly values: ReadonlyMap<string, string>) {}

  has(name: string): boolean {
    return this.values.has(name);
  }

  names(): string[] {
    return [...this.values.keys()];
  }

  /** The value; `fallback` where it wasn't given. */
  text(name: string, fallback = ""): string {
    return this.values.get(name) ?? fallback;
  }

  number(name: string): number | null {
    const value = this.values.get(name);
    return value === undefined ? null : Number(value);
  }

  flag(name: string, fallback = false): boolean {
    const value = this.values.get(name);
    return value === undefined ? fallback : value === "1";
  }

  /** A list such as Proxmox takes: separated by commas, semicolons, blanks or NUL. */
  list(name: string): string[] {
    return splitList(this.text(name));
  }
}

/** Splits `a,b;c d`. */
export function splitList(text: string): string[] {
  return text.split(/[,;\s\0]+/u).filter((item) => item !== "");
}

/** Checks all parameters at once and throws one problem that names every wrong one. */
export function verify(schema: Schema, raw: RawParameters): Parameters {
  const errors: Record<string, string> = {};
  const values = new Map<string, string>();
  for (const [name, text] of raw) {
    const parameter = lookUp(schema, name);
    if (parameter === null) {
      errors[name] = "property is not defined in schema and the schema does not allow additional properties";
      continue;
    }
    const value = parameter.type === "boolean" ? normalizeBoolean(text) : text;
    const error = check(parameter, value);
    if (error === null) values.set(name, value);
    else errors[name] = error;
  }
  for (const [name, parameter] of Object.entries(schema)) {
    if (parameter.optional !== true && !raw.has(name)) errors[name] = "property is missing and it is not optional";
  }
  if (Object.keys(errors).length > 0) throw badParameters(errors);
  return new Parameters(values);
}

const highestIndex: Readonly<Record<string, number>> = { net: 31, mp: 255, dev: 255, unused: 255 };

function lookUp(schema: Schema, name: string): Parameter | null {
  const direct = schema[name];
  if (direct !== undefined) return direct;
  const match = /^([a-z]+)(0|[1-9]\d*)$/u.exec(name);
  if (match?.[1] === undefined || Number(match[2]) > (highestIndex[match[1]] ?? -1)) return null;
  return schema[`${match[1]}[n]`] ?? null;
}

function normalizeBoolean(text: string): string {
  if (/^(?:1|on|yes|true)$/iu.test(text)) return "1";
  if (/^(?:0|off|no|false)$/iu.test(text)) return "0";
  return text;
}

function check(parameter: Parameter, value: string): string | null {
  const typed =
    parameter.type === "string" ||
    (parameter.type === "integer" && /^[+-]?\d+$/u.test(value)) ||
    (parameter.type === "number" && /^[+-]?(?:\d+\.?\d*|\.\d+)$/u.test(value)) ||
    (parameter.type === "boolean" && (value === "0" || value === "1"));
  if (!typed) return `type check ('${parameter.type}') failed - got '${value}'`;
  const wrongForm = parameter.format?.(value) ?? null;
  if (wrongForm !== null) return `invalid format - ${wrongForm}\n`;
  return parameter.type === "string" ? checkText(parameter, value) : checkNumber(parameter, Number(value));
}

function checkText(parameter: Parameter, value: string): string | null {
  if (parameter.minLength !== undefined && value.length < parameter.minLength) {
    return `value must be at least ${parameter.minLength} characters long`;
  }
  if (parameter.maxLength !== undefined && value.length > parameter.maxLength) {
    return `value may only be ${parameter.maxLength} characters long`;
  }
  if (parameter.pattern !== undefined && parameter.pattern.exec(value)?.[0] !== value) {
    return "value does not match the regex pattern";
  }
  if (parameter.enum !== undefined && !parameter.enum.includes(value)) {
    return `value '${value}' does not have a value in the enumeration '${parameter.enum.join(", ")}'`;
  }
  return null;
}

function checkNumber(parameter: Parameter, value: number): string | null {
  if (parameter.minimum !== undefined && value < parameter.minimum) {
    return `value must have a minimum value of ${parameter.minimum}`;
  }
  if (parameter.maximum !== undefined && value > parameter.maximum) {
    return `value must have a maximum value of ${parameter.maximum}`;
  }
  return null;
}
