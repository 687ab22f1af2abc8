import { describe, expect, it } from "vitest";
import { Expectations } from "../../src/extension/cluster/expectations.js";
import { container, inventory } from "./builders.js";

const gibibyte = 1024 ** 3;

function first(expectations: Expectations, bulk = container(), now = 0) {
  return expectations.applyTo(inventory({ containers: [bulk] }), now).containers[0];
}

describe("what was just confirmed of a container", () => {
  it("is shown while Proxmox's bulk figures lag behind", () => {
    const expectations = new Expectations();
    expectations.note(101, { cores: 4, memoryLimit: 2 * gibibyte }, 0);
    expect(first(expectations, container({ cpu: 1 }))).toMatchObject({ cores: 4, memoryLimit: 2 * gibibyte, cpu: 0.5 });
  });

  it("has unknown figures after a change of state, not those of the other state", () => {
    const expectations = new Expectations();
    expectations.note(101, { status: "stopped" }, 0);
    expect(first(expectations)).toMatchObject({ status: "stopped", cpu: null, memory: null, uptime: null });
  });

  it("ends as soon as the figures agree", () => {
    const expectations = new Expectations();
    expectations.note(101, { status: "stopped" }, 0);
    first(expectations, container({ status: "stopped" }), 5_000);
    // Started again from elsewhere: that is believed at once.
    expect(first(expectations, container(), 10_000)?.status).toBe("running");
  });

  it("ends by itself: a container that fell over right after its start is shown stopped", () => {
    const expectations = new Expectations();
    expectations.note(101, { status: "running" }, 0);
    const fallen = container({ status: "stopped" });
    expect(first(expectations, fallen, 24_000)?.status).toBe("running");
    expect(first(expectations, fallen, 25_000)?.status).toBe("stopped");
  });

  it("leaves other containers alone", () => {
    const expectations = new Expectations();
    expectations.note(102, { status: "stopped" }, 0);
    expect(first(expectations)).toEqual(container());
  });
});
