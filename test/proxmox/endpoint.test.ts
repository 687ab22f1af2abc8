import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizeFingerprint, parseEndpoint } from "../../src/proxmox/index.js";

describe("an address", () => {
  test.each([
    ["pve1", "https://pve1:8006"],
    ["pve1:8006", "https://pve1:8006"],
    ["PVE1.Example:443", "https://pve1.example:443"],
    ["https://pve1.example:8006/", "https://pve1.example:8006"],
    ["https://pve1.example", "https://pve1.example:8006"],
    ["https://pve1.example:8006/api2/json", "https://pve1.example:8006"],
    [" 192.0.2.1 ", "https://192.0.2.1:8006"],
    ["192.0.2.1:8007", "https://192.0.2.1:8007"],
    ["2001:db8::1", "https://[2001:db8::1]:8006"],
    ["[2001:db8::1]", "https://[2001:db8::1]:8006"],
    ["https://[2001:db8::1]:8007/", "https://[2001:db8::1]:8007"],
    ["my_node", "https://my_node:8006"],
  ])("%s is %s", (text, url) => {
    const result = parseEndpoint(text);
    expect(result).toMatchObject({ ok: true, endpoint: { url } });
    if (result.ok) expect(new URL(result.endpoint.url).href).toContain(result.endpoint.host);
  });

  test.each([
    ["", /empty/u],
    ["   ", /empty/u],
    ["http://pve1:8006", /only reached by HTTPS: write https:\/\/pve1:8006/u],
    ["ssh://pve1", /“ssh:\/\/” is not a way/u],
    ["pve1:80060", /“80060” is not a port/u],
    ["pve1:0", /“0” is not a port/u],
    ["pve1:", /“” is not a port/u],
    ["pve1:http", /“http” is not a port/u],
    [":8006", /no host name/u],
    ["pve 1", /not a host name/u],
    ["pve1-:8006", /not a host name/u],
    ["256.1.1.1", /not a host name/u],
    ["2001:db8::1:8006:zz", /IPv6 address with a port/u],
    ["[2001:db8::zz]:8006", /not an IPv6 address/u],
    ["https://pve1:8006/#v1:0:=node", /has a path/u],
    ["pve1/nodes", /has a path/u],
  ])("%j is refused with what is wrong", (text, problem) => {
    const result = parseEndpoint(text);
    expect(result.ok ? "" : result.problem).toMatch(problem);
  });

  test("with a password in it is refused without repeating it", () => {
    const result = parseEndpoint("https://root:hunter2@pve1:8006");
    expect(result.ok ? "" : result.problem).toMatch(/^The address holds a user name/u);
    expect(JSON.stringify(result)).not.toContain("hunter2");
  });

  test("never throws, and what it gives can be read again", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webAuthority(), fc.ipV6(), fc.ipV4(), fc.domain()), (text) => {
        const result = parseEndpoint(text);
        if (result.ok) expect(parseEndpoint(result.endpoint.url)).toEqual(result);
        else expect(result.problem).toMatch(/\S.*\.$/u);
      }),
    );
  });

  test.each([fc.ipV4(), fc.ipV6(), fc.domain()])("every host that can be is taken", (hosts) => {
    fc.assert(
      fc.property(hosts, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        const result = parseEndpoint(`https://${host.includes(":") ? `[${host}]` : host}:${port}`);
        expect(result).toMatchObject({ ok: true, endpoint: { host: host.toLowerCase(), port } });
      }),
    );
  });
});

describe("a fingerprint", () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const canonical = (value: Uint8Array): string =>
    [...value].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");

  test("has one form, whatever it is written in", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const wanted = canonical(value);
        for (const form of [
          wanted,
          wanted.toLowerCase(),
          wanted.replaceAll(":", ""),
          ` ${wanted}\n`,
          `sha256 Fingerprint=${wanted}`,
          `SHA256:${wanted.replaceAll(":", "").toLowerCase()}`,
        ]) {
          expect(normalizeFingerprint(form)).toBe(wanted);
        }
      }),
    );
  });

  test.each([
    ["", "nothing"],
    ["AA:BB", "too short"],
    [`${"AA:".repeat(19)}AA`, "a SHA-1"],
    [`${"AA:".repeat(32)}AA`, "too long"],
    [`${"AA".repeat(31)}:AA`, "colons here and there"],
    [`${"GG:".repeat(31)}GG`, "not hexadecimal"],
  ])("%j is none: %s", (text) => {
    expect(normalizeFingerprint(text)).toBeNull();
  });
});
