import type * as tls from "node:tls";
import { afterAll, describe, expect, test, vi } from "vitest";
import { makeAuthority, loopbackNames } from "./support/certificates.js";
import { failureOf } from "./support/failure-of.js";
import { connectTo, sharedAuthority, startServer } from "./support/server.js";

/** Authorities that the host adds to every connection, as an editor does with the system's. */
const added: string[] = [];
let patched = 0;

vi.mock("node:tls", async (original) => {
  const module = await original<typeof tls>();
  return {
    ...module,
    connect: (options: tls.ConnectionOptions) => {
      patched += 1;
      const secureContext = module.createSecureContext(options);
      const context = secureContext.context as { addCACert(pem: string): void };
      for (const pem of added) context.addCACert(pem);
      return module.connect({ ...options, secureContext });
    },
  };
});

describe("in a host that adds its own authorities to every connection", () => {
  afterAll(() => vi.restoreAllMocks());

  test("only the given authority counts", async () => {
    const foreign = await makeAuthority();
    added.push(foreign.pem);
    await using server = await startServer(() => ({ data: {} }), await foreign.issue(loopbackNames));
    await using gateway = connectTo(server, { trust: { kind: "authority", pem: (await sharedAuthority()).pem } });
    const error = await failureOf(gateway.version());
    expect(error.kind).toBe("untrusted-certificate");
    expect(error.message).toContain("an authority that is not the one given");
    expect(server.requests).toEqual([]);
    expect(patched).toBe(1);
  });

  test("a pin holds against a leaf that the host would accept", async () => {
    const foreign = await makeAuthority();
    added.push(foreign.pem);
    await using server = await startServer(() => ({ data: {} }), await foreign.issue(loopbackNames));
    const wrong = `${"AA:".repeat(31)}AA`;
    await using gateway = connectTo(server, { trust: { kind: "fingerprints", fingerprints: [wrong] } });
    expect((await failureOf(gateway.version())).kind).toBe("untrusted-certificate");
    expect(server.requests).toEqual([]);
    await using right = connectTo(server);
    expect(await right.version()).toEqual({ version: "", release: "" });
  });
});
