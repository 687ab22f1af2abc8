import fc from "fast-check";
import { expect, it } from "vitest";
import { start } from "./start.js";

const segment = fc.oneof(
  fc.constantFrom(
    "nodes",
    "pve1",
    "lxc",
    "101",
    "config",
    "status",
    "current",
    "tasks",
    "cluster",
    "resources",
    "access",
    "..",
    "",
  ),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
  fc.constantFrom("%", "%zz", "%00", "%2F", "UPID:pve1::::::", "-1", "99999999999999999999"),
);
const request = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"),
  path: fc.array(segment, { maxLength: 7 }).map((segments) => `/${segments.join("/")}`),
  query: fc.oneof(
    fc.constant(""),
    fc.string({ maxLength: 20 }).map((text) => `?${encodeURIComponent(text)}=${text.length}`),
  ),
  data: fc.option(fc.string({ maxLength: 60 }), { nil: undefined }),
  json: fc.boolean(),
});

it("answers whatever is asked as Proxmox would, and goes on answering", async () => {
  const { client } = await start();
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, query, data, json }) => {
      const reply = await client.ask(`${path}${query}`, {
        method,
        ...(data === undefined ? {} : { data }),
        ...(json ? { headers: { "Content-Type": "application/json" } } : {}),
      });
      expect([200, 400, 403, 500, 501]).toContain(reply.status);
      expect(reply.reason).not.toBe("");
      if (reply.headers["content-type"]?.startsWith("application/json") === true) {
        expect(Object.keys(JSON.parse(reply.body) as object)).toContain("data");
      }
    }),
    { numRuns: 300 },
  );
  expect((await client.ask("/version")).status).toBe(200);
});
