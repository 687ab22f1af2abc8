import { describe, expect, it } from "vitest";
import { decisionRow, sizeWords } from "../../src/extension/scaling/decision-row.js";
import type { DecisionDocument, Outcome } from "../../src/model/index.js";

const growth: DecisionDocument = {
  vmid: 101,
  node: "pve1",
  name: "web-1",
  policy: "web",
  policies: ["web"],
  resource: "cores",
  unit: "cores",
  action: "scale-up",
  from: 2,
  to: 3,
  uncapped: 3,
  reasons: [
    { rule: "target", text: "95 % of 2 cores is 1.9 in use" },
    { rule: "max-step", text: "at most 1 core at once" },
  ],
};

describe("the row of a decision", () => {
  it("says what changes, and why in its first reason", () => {
    expect(decisionRow(growth)).toEqual({
      label: "▲ web-1 cores 2 → 3",
      description: "95 % of 2 cores is 1.9 in use",
      spoken: "grow: web-1 cores 2 → 3. 95 % of 2 cores is 1.9 in use",
    });
  });

  it.each<[Partial<DecisionDocument>, string]>([
    [{ action: "scale-down", to: 1 }, "▼ web-1 cores 2 → 1"],
    [{ action: "hold", to: 2 }, "web-1 cores 2"],
    [{ action: "blocked", to: 2 }, "web-1 cores 2 · wanted 3"],
    [{ action: "blocked", to: 2, uncapped: 2 }, "web-1 cores 2"],
    [{ action: "hold", from: null, to: null, uncapped: null }, "web-1 cores"],
    [{ resource: "memory", unit: "MiB", from: 512, to: 1536 }, "▲ web-1 memory 512 MiB → 1.5 GiB"],
    [{ resource: "cpulimit", from: 0.5, to: 1.5 }, "▲ web-1 CPU limit 0.5 → 1.5"],
    [{ resource: "swap", unit: "MiB", from: 512, to: 768 }, "▲ web-1 swap 512 MiB → 768 MiB"],
    [{ resource: "rootfs", unit: "GiB", from: 8, to: 10 }, "▲ web-1 root file system 8 GiB → 10 GiB"],
    [{ resource: "mp0", unit: "GiB", action: "hold", from: 8.5, to: 8.5 }, "web-1 mp0 8.5 GiB"],
    [{ name: "" }, "▲ 101 cores 2 → 3"],
  ])("of %j reads “%s”", (changes, label) => {
    expect(decisionRow({ ...growth, ...changes }).label).toBe(label);
  });

  it.each<[Pick<Outcome, "outcome" | "verified" | "error">, string]>([
    [{ outcome: "applied", verified: true }, "applied, read back as 3"],
    [{ outcome: "applied", verified: false }, "applied, not read back yet"],
    [{ outcome: "failed", verified: false, error: "CT is locked (backup)" }, "failed: CT is locked (backup)"],
    [{ outcome: "skipped", verified: false, error: "it was changed" }, "left alone: it was changed"],
  ])("tells how it fared: %j", (outcome, description) => {
    expect(decisionRow(growth, { ...growth, reasons: [], ...outcome }).description).toBe(description);
  });

  it("writes sizes as Proxmox does", () => {
    expect(sizeWords(null, "MiB")).toBe("?");
    expect(sizeWords(1280, "MiB")).toBe("1.25 GiB");
    expect(sizeWords(12, "GiB")).toBe("12 GiB");
  });
});
