import { describe, expect, it } from "vitest";
import {
  emptyState,
  withoutPause,
  withPause,
  type Pause,
  type PauseScope,
  type State,
} from "../../src/engine/index.js";
import type { Container } from "../../src/model/index.js";
import {
  configuration,
  container,
  cpu,
  decisionFor,
  effective,
  historyOf,
  inventory,
  mebibyte,
  memory,
  minutes,
  now,
  planFor,
  rulesOf,
} from "./fixtures.js";

const all: PauseScope = { kind: "all" };
const one: PauseScope = { kind: "container", vmid: 101 };

function pause(changes: Partial<Pause> = {}): Pause {
  return { scope: all, direction: "both", since: now, until: null, note: null, ...changes };
}

/** A busy container of 4 cores that wants a fifth, or an idle one that wants to lose one. */
function decision(usage: "busy" | "idle" | "content", state: State, changes: Partial<Container> = {}, inFile = "none") {
  const share = { busy: 0.9, idle: 0.1, content: 0.5 }[usage];
  return decisionFor({
    inventory: inventory({ containers: [container({ cpu: share, ...changes })] }),
    history: historyOf(101, minutes(30, { cpu: share })),
    state,
    settings: effective({ cpu: cpu({ pause: inFile as "none" | "up" | "down" | "both" }) }),
  });
}

describe("a pause", () => {
  it("holds back what would be done, says so, and lets the rest be", () => {
    const state = withPause(emptyState(), pause({ until: now + 45 * 60_000, note: "moving the rack" }));
    const held = decision("busy", state);
    expect(held).toMatchObject({ action: "hold", from: 4, to: 4, uncapped: 5 });
    expect(held.reasons.at(-1)).toEqual({
      rule: "paused",
      text: "scaling is paused for everything, for 45m more: moving the rack",
    });
    const content = decision("content", state);
    expect(content.action).toBe("hold");
    expect(rulesOf(content)).toEqual(["thresholds", "paused"]);
  });

  it("is for one direction where it says so", () => {
    const up = withPause(emptyState(), pause({ direction: "up" }));
    expect(decision("busy", up)).toMatchObject({ action: "blocked" });
    expect(decision("idle", up)).toMatchObject({ action: "scale-down", to: 3 });
    const down = withPause(emptyState(), pause({ direction: "down" }));
    expect(decision("busy", down)).toMatchObject({ action: "scale-up", to: 5 });
    expect(decision("idle", down).reasons.at(-1)?.text).toBe("shrinking is paused for everything");
  });

  it("is for one container, and none for a group of instances", () => {
    expect(decision("busy", withPause(emptyState(), pause({ scope: one }))).reasons.at(-1)?.text).toBe(
      "scaling is paused for this container",
    );
    for (const scope of [{ kind: "container", vmid: 102 } as const, { kind: "group", group: "web" } as const]) {
      expect(decision("busy", withPause(emptyState(), pause({ scope })))).toMatchObject({ action: "scale-up" });
    }
  });

  it("is over at its end, to the millisecond", () => {
    expect(decision("busy", withPause(emptyState(), pause({ until: now + 1 }))).action).toBe("hold");
    expect(decision("busy", { ...emptyState(), pauses: [pause({ until: now })] }).action).toBe("scale-up");
  });

  it("is made by a tag in Proxmox' own web page, and by the file", () => {
    const tagged = (tag: string, usage: "busy" | "idle") => decision(usage, emptyState(), { tags: ["web", tag] });
    expect(tagged("autoscaler-paused", "busy").reasons.at(-1)?.text).toBe(
      "scaling is paused by its tag autoscaler-paused",
    );
    expect(tagged("autoscaler-paused-up", "busy").reasons.at(-1)?.text).toBe(
      "growth is paused by its tag autoscaler-paused-up",
    );
    expect(tagged("autoscaler-paused-up", "idle").action).toBe("scale-down");
    expect(tagged("autoscaler-paused-down", "idle").action).toBe("blocked");
    expect(decision("busy", emptyState(), {}, "up").reasons.at(-1)?.text).toBe("growth is paused by the file");
    expect(decision("idle", emptyState(), {}, "up").action).toBe("scale-down");
  });

  it("holds back what waits for nothing else: bounds and boosts", () => {
    const state = withPause(emptyState(), pause());
    const outside = planFor({
      inventory: inventory({
        containers: [container({ memory: 100 * mebibyte, configuration: configuration({ memory: 1024 }) })],
      }),
      state,
      settings: effective({ memory: memory({ min: 2048 }), cpu: cpu({ max: 2 }) }),
    });
    expect(outside.decisions.map(({ action }) => action)).toEqual(["hold", "hold"]);
  });
});

describe("the pauses of the state", () => {
  it("replace each other by scope and direction, and drop those that are over", () => {
    let state = withPause(emptyState(), pause({ until: now + 1000 }));
    state = withPause(state, pause({ scope: one, direction: "up" }));
    state = withPause(state, pause({ scope: one, direction: "up", note: "again" }));
    expect(state.pauses).toHaveLength(2);
    expect(state.pauses?.[1]?.note).toBe("again");
    state = withPause(state, pause({ scope: { kind: "group", group: "web" }, since: now + 1000 }));
    expect(state.pauses?.map(({ scope }) => scope.kind)).toEqual(["container", "group"]);
  });

  it("are taken back by scope, wholly or for a direction", () => {
    const state = withPause(withPause(emptyState(), pause()), pause({ scope: one, direction: "down" }));
    expect(withoutPause(state, one, "up")).toBe(state);
    expect(withoutPause(state, { kind: "container", vmid: 7 }, "both")).toBe(state);
    expect(withoutPause(state, one, "both").pauses).toHaveLength(1);
    const half = withoutPause(state, all, "up");
    expect(half.pauses?.map(({ direction }) => direction)).toEqual(["down", "down"]);
    expect(withoutPause(withoutPause(half, all, "down"), one, "down").pauses).toEqual([]);
  });
});

describe("a container just unlocked", () => {
  const lockedUntil = (secondsAgo: number) => {
    const history = minutes(30, { cpu: 0.9 });
    return {
      ...history,
      samples: history.samples.map((sample) =>
        sample.time <= now - secondsAgo * 1000 ? { ...sample, locked: true, cpu: 0.1 } : sample,
      ),
    };
  };
  const settings = effective({ cpu: cpu({ strategy: { kind: "target", target: 0.6, tolerance: 0.1 } }) });
  const after = (secondsAgo: number) =>
    decisionFor({
      inventory: inventory({ containers: [container({ cpu: 0.9 })] }),
      history: historyOf(101, lockedUntil(secondsAgo)),
      settings,
    });

  it("is not scaled at once, whatever the strategy", () => {
    const held = after(60);
    expect(held).toMatchObject({ action: "hold", from: 4, to: 4 });
    expect(held.reasons.at(-1)).toEqual({
      rule: "just-unlocked",
      text: "it was locked 1m ago: its readings count again after 1m30s",
    });
  });

  it("is judged again once there is a reading that the lock had no part in", () => {
    expect(after(120)).toMatchObject({ action: "scale-up", to: 6 });
  });

  it("is not brought inside its bounds at once either", () => {
    const bound = decisionFor({
      inventory: inventory({ containers: [container({ cpu: 0.1 })] }),
      history: historyOf(101, lockedUntil(60)),
      settings: effective({ cpu: cpu({ max: 2 }) }),
    });
    expect(bound.action).toBe("hold");
  });
});
