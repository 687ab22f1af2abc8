import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quoteArgument } from "../../src/model/index.js";

describe("an argument for a shell", () => {
  it("stays as it is where it is plain", () => {
    expect(["web-1", "/etc/pve/lxc/101.conf", "user@pam"].map(quoteArgument)).toEqual([
      "web-1",
      "/etc/pve/lxc/101.conf",
      "user@pam",
    ]);
  });

  it("is quoted where it is not", () => {
    expect(["", "a b", "$(reboot)", "it's", "~", "A=b", "*"].map(quoteArgument)).toEqual([
      "''",
      "'a b'",
      "'$(reboot)'",
      `'it'"'"'s'`,
      "'~'",
      "'A=b'",
      "'*'",
    ]);
  });

  it("arrives in a real shell as the very same text", () => {
    const argument = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 30 }), (texts) => {
        const command = `printf '%s\\0' ${texts.map(quoteArgument).join(" ")}`;
        expect(execFileSync("/bin/sh", ["-c", command], { encoding: "utf8" }).split("\0").slice(0, -1)).toEqual(texts);
      }),
      { numRuns: 30 },
    );
  });

  it("can't contain a NUL", () => {
    expect(() => quoteArgument("a\0b")).toThrow(RangeError);
  });
});
