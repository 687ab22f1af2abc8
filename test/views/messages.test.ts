import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  messageFromPage,
  messageToPage,
  mostCompared,
  pageStateIn,
  subjectIn,
  subjectKey,
  tailOf,
  withTail,
  type ChartSubject,
  type FromPage,
  type PageState,
  type ToPage,
} from "../../src/views/index.js";
import { chart, columns, noon, thing } from "./charts.js";

const subject: ChartSubject = { kind: "containers", containers: [{ cluster: "demo", vmid: 101 }] };
const mark = {
  time: noon,
  name: "web-1 (101)",
  panel: "cpu",
  direction: "up",
  change: "cores 1 → 2",
  run: "r",
  reasons: ["busy"],
} as const;
const document = chart([thing("web-1 (101)", columns({ cpu: [1, null] }))], {
  marks: [mark],
  notices: [{ text: "It does not answer.", action: { run: "retry", title: "Try again" } }],
});
const show: ToPage = { type: "show", subject, document, texts: { Hour: "Stunde" } };
const state: PageState = { subject, span: "week", share: false, limits: true, table: false, hidden: ["cpu/x"] };

/** What a message becomes on its way through the editor. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** A value with one thing in it, anywhere, put wrong. */
function spoiled(value: unknown, path: readonly number[], by: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== "object" || value === null) return by;
  const keys = Object.keys(value);
  if (keys.length === 0) return by;
  const key = keys[first % keys.length]!;
  const inner = (value as Record<string, unknown>)[key];
  const changed = spoiled(inner, rest, by);
  return Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed };
}

describe("messages", () => {
  it("to the page arrive as they were sent", () => {
    expect(messageToPage(sent(show))).toEqual(show);
    const tail: ToPage = { type: "tail", tail: tailOf(document) };
    expect(messageToPage(sent(tail))).toEqual(tail);
  });

  it.each<FromPage>([
    { type: "ready" },
    { type: "span", span: "year" },
    { type: "act", action: "retry" },
    { type: "saveCsv" },
    { type: "savePng", png: "iVBORw0KGgo=" },
    { type: "fault", text: "oh" },
  ])("from the page arrive as they were sent: $type", (message) => {
    expect(messageFromPage(sent({ ...message, more: 1 }))).toEqual(message);
  });

  it.each([
    null,
    "ready",
    {},
    { type: "run" },
    { type: "span", span: "decade" },
    { type: "act", action: "workbench.action.quit" },
    { type: "savePng", png: "../../etc" },
    { type: "savePng", png: "" },
    { type: "fault" },
  ])("that nobody knows are none: %j", (message) => {
    expect(messageFromPage(message)).toBeNull();
  });

  it("to the page with anything wrong in them are none, and never throw", () => {
    const wrong = fc.constantFrom(Symbol.iterator, Number.NaN, { a: 1 }, [["x"]]);
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 8 }), wrong, (path, by) => {
        expect(messageToPage(spoiled(show, path, by))).toBeNull();
      }),
    );
  });

  it("have columns that are all as long as their times", () => {
    const columnsShort = { ...document.things[0]!.recorded, conditions: ["running"] };
    const short = { ...document, things: [{ ...document.things[0]!, recorded: columnsShort }] };
    expect(messageToPage({ ...show, document: short })).toBeNull();
  });
});

describe("a state that was kept", () => {
  it("is taken up again", () => {
    expect(pageStateIn(sent(state))).toEqual(state);
  });

  it("is none where anything is missing", () => {
    for (const key of Object.keys(state)) expect(pageStateIn({ ...state, [key]: undefined }), key).toBeNull();
  });
});

describe("what a chart is about", () => {
  it("has one key whatever the order", () => {
    const containers = [
      { cluster: "a", vmid: 1 },
      { cluster: "b", vmid: 1 },
    ];
    expect(subjectKey({ kind: "containers", containers })).toBe(
      subjectKey({ kind: "containers", containers: containers.toReversed() }),
    );
    expect(subjectKey({ kind: "node", cluster: "a", node: "1" })).not.toBe(
      subjectKey({ kind: "containers", containers: [{ cluster: "a", vmid: 1 }] }),
    );
  });

  it("is at least one container and no more than can be told apart", () => {
    const many = (count: number): unknown => ({
      kind: "containers",
      containers: Array.from({ length: count }, (_, index) => ({ cluster: "a", vmid: index + 1 })),
    });
    expect(subjectIn(many(mostCompared))).toEqual(many(mostCompared));
    for (const count of [0, mostCompared + 1]) expect(subjectIn(many(count))).toBeNull();
    expect(subjectIn({ kind: "containers", containers: [{ cluster: "a", vmid: 1.5 }] })).toBeNull();
    expect(subjectIn({ kind: "node", cluster: "a", node: "" })).toBeNull();
  });
});

it("a tail goes only on the document that it is of", () => {
  const live = columns({ cpu: [2] });
  const tail = { ...tailOf(document), to: noon + 1, things: [{ live, note: "It is stopped." }] };
  expect(withTail(document, tail)).toMatchObject({ to: noon + 1, things: [{ live, note: "It is stopped." }] });
  expect(withTail(chart([]), tail)).toBeNull();
});
