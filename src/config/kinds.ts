import {
  formatDuration,
  formatPercentage,
  formatSize,
  meantDuration,
  meantPercentage,
  meantSize,
  parseDuration,
  parsePercentage,
  parseSize,
} from "../model/index.js";
import { endpointProblem, isLocal, listenProblem, parseAddress, parsePool, webAddressProblem } from "./addresses.js";
import type { Problem } from "./codes.js";
import { parseDateRange } from "./dates.js";
import { nearest } from "./nearest.js";
import type { ScalarShape } from "./shape.js";
import { isTimezone, meantTimezone } from "./timezones.js";

/** A scalar of the file, its references replaced. */
export interface ScalarText {
  readonly text: string;
  /** As YAML's core schema types it: string, number, boolean or `null`. */
  readonly typed: unknown;
  /** True where it came from a reference, so that its type is told from the text alone. */
  readonly referenced: boolean;
  /** True where messages must not repeat it: the value of a reference, or a secret. */
  readonly hidden: boolean;
}

/** The normalised value, and what is wrong. `value` is undefined where there is none to go on with. */
export interface Reading {
  readonly value?: unknown;
  readonly problem?: Problem;
}

type Reader = (scalar: ScalarText, shape: ScalarShape) => Reading;

interface Unit {
  readonly noun: string;
  readonly parse: (text: string) => number | null;
  readonly meant: (text: string) => string | null;
  readonly format: (value: number) => string;
}

const units: Readonly<Record<string, Unit>> = {
  duration: {
    noun: "a duration such as `30s`, `2m`, `1h30m` or `7d`",
    parse: parseDuration,
    meant: meantDuration,
    format: formatDuration,
  },
  size: { noun: "a size such as `512MiB` or `8GiB`", parse: parseSize, meant: meantSize, format: formatSize },
  percentage: {
    noun: "a share such as `80%`",
    parse: parsePercentage,
    meant: meantPercentage,
    format: formatPercentage,
  },
};

/** What a scalar of this shape looks like, for a message: `a duration such as …`. */
export function expectation(shape: ScalarShape): string {
  const unit = units[shape.scalar];
  if (unit !== undefined) return unit.noun;
  if (shape.choices.size > 0) return oneOf(shape.choices.keys());
  const nouns: Readonly<Record<string, string>> = {
    version: "the number 1",
    integer: "a whole number",
    number: "a number",
    boolean: "`true` or `false`",
    vmid: "a CT id such as `101`",
    vmids: "a CT id or a range such as `110-119`",
    timezone: "a time zone such as `Europe/Berlin`",
    endpoint: "an address such as `https://pve1.example:8006`",
    "web-address": "a web address",
    token: "a token, `user@realm!name=secret`",
    fingerprint: "a SHA-256 fingerprint",
    address: "an IPv4 address",
    pool: "addresses such as `192.0.2.10-192.0.2.20/24`",
    listen: "an address such as `127.0.0.1:9808`",
    path: "a path such as `/healthz`",
    days: "a day such as `mon`, or days such as `mon-fri`",
    time: 'a time such as `"22:00"`',
    dates:
      "a date such as `2026-12-25`, one of every year such as `12-25`, or a range such as `2026-12-24..2027-01-02`",
  };
  return nouns[shape.scalar] ?? "a text";
}

function oneOf(words: Iterable<string>): string {
  const quoted = [...words].map((word) => `\`${word}\``);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/** A text that may be a whole file, short enough for a message. */
export function clip(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}

/** What stands there, for a message. The value of a reference is not repeated: it may be confidential. */
function found(scalar: ScalarText): string {
  if (scalar.typed === null) return "nothing is given here";
  if (scalar.hidden) return scalar.referenced ? "what the reference gives is not" : "what is given here is not";
  return scalar.text === "" ? "an empty text is not" : `\`${clip(scalar.text)}\` is not`;
}

function mistake(scalar: ScalarText, code: Problem["code"], message: string, suggestion?: string | null): Reading {
  const useful = suggestion !== undefined && suggestion !== null && !scalar.hidden;
  const text = useful ? `${message} Did you mean \`${clip(suggestion)}\`?` : message;
  return { problem: useful ? { code, message: text, suggestion } : { code, message: text } };
}

function wrongType(scalar: ScalarText, shape: ScalarShape, suggestion?: string | null): Reading {
  return mistake(scalar, "wrong-type", `Expected: ${expectation(shape)}; ${found(scalar)}.`, suggestion);
}

function bounded(scalar: ScalarText, shape: ScalarShape, value: number, unit: Unit | null): Reading {
  const bound = (limit: number | string | null): number | null =>
    typeof limit === "string" ? (unit?.parse(limit) ?? null) : limit;
  const minimum = bound(shape.minimum);
  const maximum = bound(shape.maximum);
  const say = unit === null ? String : unit.format;
  if (minimum !== null && (shape.exclusive ? value <= minimum : value < minimum)) {
    const least = shape.exclusive ? `more than ${say(minimum)}` : `at least ${say(minimum)}`;
    return mistake(scalar, "out-of-range", `This must be ${least}; ${found(scalar)}.`);
  }
  if (maximum !== null && value > maximum) {
    return mistake(scalar, "out-of-range", `This must be at most ${say(maximum)}; ${found(scalar)}.`);
  }
  return { value };
}

const measured: Reader = (scalar, shape) => {
  const unit = units[shape.scalar];
  if (unit === undefined) return wrongType(scalar, shape);
  const value = unit.parse(scalar.text);
  if (value !== null && scalar.typed !== null) return bounded(scalar, shape, value, unit);
  if (scalar.typed === null || typeof scalar.typed === "boolean") return wrongType(scalar, shape);
  const text = scalar.text.trim();
  if (/^-\s*\d/u.test(text)) return mistake(scalar, "out-of-range", `This can't be negative; ${found(scalar)}.`);
  if (/^[+.]?\d[\d.,_e+-]*$/iu.test(text)) {
    return mistake(scalar, "missing-unit", `The unit is missing: this is ${unit.noun}.`, unit.meant(text));
  }
  if (/^[+.]?\d/u.test(text)) {
    const spaced = text.replaceAll(/\s+/gu, "");
    const suggestion = unit.parse(spaced) === null ? unit.meant(text) : spaced;
    return mistake(scalar, "wrong-unit", `Expected: ${unit.noun}; ${found(scalar)}.`, suggestion);
  }
  return wrongType(scalar, shape);
};

const numeric: Reader = (scalar, shape) => {
  // A reference in quotes, as flow style needs, still stands for a number.
  const quotedNumber = typeof scalar.typed === "string" && /^-?\d+(?:\.\d+)?$/u.test(scalar.text);
  const value =
    typeof scalar.typed === "number" ? scalar.typed : quotedNumber && scalar.referenced ? Number(scalar.text) : null;
  if (value === null) {
    if (typeof scalar.typed === "string" && /^\d+(?:\.\d+)?\s*[%A-Za-z]+$/u.test(scalar.text)) {
      const bare = String(Number.parseFloat(scalar.text));
      const percentage = scalar.text.endsWith("%");
      const message = `Expected: ${expectation(shape)}${shape.unit === null ? "" : ` (${shape.unit})`}; ${found(scalar)}.`;
      return mistake(scalar, "wrong-unit", message, percentage ? null : bare);
    }
    return wrongType(scalar, shape, quotedNumber ? scalar.text : null);
  }
  if (!Number.isFinite(value)) return wrongType(scalar, shape);
  if (shape.scalar === "integer" && !Number.isInteger(value)) return wrongType(scalar, shape);
  return bounded(scalar, shape, value, null);
};

const truth: Reader = (scalar, shape) => {
  if (typeof scalar.typed === "boolean") return { value: scalar.typed };
  if (scalar.referenced && (scalar.text === "true" || scalar.text === "false"))
    return { value: scalar.text === "true" };
  const word = scalar.text.toLowerCase();
  const meant = ["yes", "on", "true"].includes(word) ? "true" : ["no", "off", "false"].includes(word) ? "false" : null;
  return wrongType(scalar, shape, meant);
};

/** More names than this are not listed where one of them is meant. */
const mostListed = 12;

const choice: Reader = (scalar, shape) => {
  const { text } = scalar;
  if (typeof scalar.typed === "string" && shape.choices.has(text)) return { value: text };
  if (typeof scalar.typed !== "string") return wrongType(scalar, shape);
  const meant = nearest(text, shape.choices.keys());
  // Nobody reads forty names where one of them is surely meant.
  const which =
    meant !== null && shape.choices.size > mostListed ? `${shape.choices.size} names` : oneOf(shape.choices.keys());
  const message = `This is one of ${which}; ${found(scalar)}.`;
  return mistake(scalar, "not-a-choice", message, meant);
};

/** A text must be one in YAML too, or another program would read something else. */
function textual(read: (text: string, scalar: ScalarText, shape: ScalarShape) => Reading): Reader {
  return (scalar, shape) => {
    if (scalar.typed === null) return wrongType(scalar, shape);
    if (typeof scalar.typed !== "string" && !scalar.referenced) return wrongType(scalar, shape, `"${scalar.text}"`);
    if (scalar.text === "") return wrongType(scalar, shape);
    return read(scalar.text, scalar, shape);
  };
}

const vmidLimits = "CT ids are whole numbers from 100 to 999999999";

function vmidOf(text: string): number | null {
  if (!/^\d{1,10}$/u.test(text)) return null;
  const vmid = Number(text);
  return vmid >= 100 && vmid <= 999_999_999 ? vmid : null;
}

const vmid: Reader = (scalar, shape) => {
  if (scalar.typed === null || typeof scalar.typed === "boolean") return wrongType(scalar, shape);
  const id = vmidOf(scalar.text);
  if (id === null) return mistake(scalar, "bad-vmid", `${vmidLimits}; ${found(scalar)}.`);
  if (typeof scalar.typed !== "number" && !scalar.referenced) return wrongType(scalar, shape, scalar.text);
  return { value: id };
};

const vmids: Reader = (scalar, shape) => {
  if (scalar.typed === null || typeof scalar.typed === "boolean") return wrongType(scalar, shape);
  const range = /^(\d+)\s*(-|\.\.|–|:|to)\s*(\d+)$/u.exec(scalar.text);
  if (range === null) {
    const id = vmidOf(scalar.text);
    if (id === null)
      return mistake(scalar, "bad-vmid", `${vmidLimits}, or ranges such as \`110-119\`; ${found(scalar)}.`);
    return { value: { first: id, last: id } };
  }
  const [, from = "", , to = ""] = range;
  const first = vmidOf(from);
  const last = vmidOf(to);
  const clean = `${from}-${to}`;
  if (first === null || last === null) return mistake(scalar, "bad-vmid", `${vmidLimits}; ${found(scalar)}.`);
  if (first > last) {
    return mistake(
      scalar,
      "bad-vmid",
      `The first CT id of a range is not after its last; ${found(scalar)}.`,
      `${to}-${from}`,
    );
  }
  if (scalar.text !== clean)
    return mistake(scalar, "bad-vmid", `A range is written \`110-119\`; ${found(scalar)}.`, clean);
  return { value: { first, last } };
};

const dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const days = textual((text, scalar, shape) => {
  const [first = "", last, ...more] = text.toLowerCase().split("-");
  const from = dayNames.indexOf(first);
  const to = last === undefined ? from : dayNames.indexOf(last);
  if (from === -1 || to === -1 || more.length > 0) {
    const short = text.toLowerCase().split(/\s*(?:-|–|to)\s*/u);
    const names = short.map((word) => dayNames.find((name) => word.startsWith(name)) ?? nearest(word, dayNames));
    const meant = names.length <= 2 && !names.includes(null) ? names.join("-") : null;
    return mistake(scalar, "not-a-choice", `Expected: ${expectation(shape)}; ${found(scalar)}.`, meant);
  }
  // `sat-mon` goes over the end of the week.
  const value: number[] = [];
  for (let day = from; ; day = (day + 1) % 7) {
    value.push(day + 1);
    if (day === to) return { value };
  }
});

const time: Reader = (scalar, shape) => {
  if (typeof scalar.typed !== "string" && !(scalar.referenced && scalar.typed !== null)) {
    const hour = typeof scalar.typed === "number" && /^\d{1,2}$/u.test(scalar.text) && scalar.typed < 24;
    return wrongType(scalar, shape, hour ? `"${scalar.text.padStart(2, "0")}:00"` : null);
  }
  const match = /^(\d{1,2}):(\d{2})(:\d{2})?$/u.exec(scalar.text);
  if (match === null) return wrongType(scalar, shape);
  const [, hour = "", minute = "", second] = match;
  const minutes = Number(hour) * 60 + Number(minute);
  if (Number(minute) > 59 || minutes > 24 * 60) {
    return mistake(scalar, "out-of-range", `A time is from 00:00 to 24:00; ${found(scalar)}.`);
  }
  if (hour.length === 1 || second !== undefined) {
    const clean = `"${hour.padStart(2, "0")}:${minute}"`;
    return mistake(
      scalar,
      "wrong-type",
      `A time is written with two digits each, hours and minutes; ${found(scalar)}.`,
      clean,
    );
  }
  return { value: minutes };
};

const readers: Readonly<Record<string, Reader>> = {
  duration: measured,
  size: measured,
  percentage: measured,
  integer: numeric,
  number: numeric,
  boolean: truth,
  choice,
  vmid,
  vmids,
  days,
  time,
  dates: textual((text, scalar) => {
    const { range, message, suggestion } = parseDateRange(text);
    return range === null
      ? mistake(scalar, "wrong-type", `${message} ${found(scalar)} one.`, suggestion)
      : { value: range };
  }),
  version: (scalar, shape) => {
    if (scalar.typed === 1) return { value: 1 };
    if (scalar.text === "1") return wrongType(scalar, shape, "1");
    if (typeof scalar.typed === "number" || /^v?\d/u.test(scalar.text)) {
      return mistake(
        scalar,
        "unsupported-version",
        `This program knows version 1 of autoscaler files; ${found(scalar)}.`,
      );
    }
    return wrongType(scalar, shape);
  },
  text: textual((text) => ({ value: text })),
  path: textual((text, scalar) =>
    text.startsWith("/")
      ? { value: text }
      : mistake(scalar, "bad-address", `A path begins with \`/\`; ${found(scalar)}.`, `/${text}`),
  ),
  timezone: textual((text, scalar) =>
    isTimezone(text)
      ? { value: text }
      : mistake(
          scalar,
          "unknown-timezone",
          `There is no time zone of that name: ${found(scalar)} one.`,
          meantTimezone(text),
        ),
  ),
  endpoint: textual((text, scalar) => {
    const problem = endpointProblem(text);
    return problem === null ? { value: text } : mistake(scalar, "bad-address", problem.message, problem.suggestion);
  }),
  "web-address": textual((text, scalar) => {
    const message = webAddressProblem(text);
    if (message !== null)
      return mistake(
        scalar,
        "bad-address",
        scalar.referenced ? "What the reference gives is no web address." : message,
      );
    if (text.startsWith("http:") && !isLocal(text)) {
      const warning = "Over plain http anybody on the way can read and change what is sent.";
      return { value: text, ...mistake(scalar, "unverified-tls", warning, `https${text.slice("http".length)}`) };
    }
    return { value: text };
  }),
  // Its text is a secret, so no message repeats it.
  token: textual((text) =>
    /^[^\s@!=]+@[^\s@!=]+![^\s@!=]+=\S+$/u.test(text)
      ? { value: text }
      : {
          problem: {
            code: "wrong-type",
            message: "A token is `user@realm!name=secret`, such as `root@pam!autoscaler=…`; this has another form.",
          },
        },
  ),
  // A variable may give several with commas, as PROXMOX_FINGERPRINT does; the file itself has a list for that.
  fingerprint: textual((text, scalar, shape) =>
    (scalar.referenced ? text.split(",") : [text]).every((one) =>
      /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$|^[0-9A-F]{64}$/iu.test(scalar.referenced ? one.trim() : one),
    )
      ? { value: text }
      : mistake(
          scalar,
          "wrong-type",
          `Expected: ${expectation(shape)}: 32 pairs of hexadecimal digits; ${found(scalar)}.`,
        ),
  ),
  address: textual((text, scalar) =>
    parseAddress(text) === null
      ? mistake(scalar, "bad-address", `Expected: an IPv4 address; ${found(scalar)}.`)
      : { value: text },
  ),
  pool: textual((text, scalar) => {
    const pool = parsePool(text);
    return typeof pool === "string" ? mistake(scalar, "bad-address", pool) : { value: pool };
  }),
  listen: textual((text, scalar) => {
    const message = listenProblem(text);
    return message === null ? { value: text } : mistake(scalar, "bad-address", message);
  }),
};

/** Reads one scalar as its shape says. */
export function readScalar(scalar: ScalarText, shape: ScalarShape): Reading {
  return (readers[shape.scalar] ?? choice)(scalar, shape);
}

/** The kinds of scalars there are readers for; the schema may name no other. */
export const scalarKinds: readonly string[] = Object.keys(readers);
