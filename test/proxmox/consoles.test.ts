import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { offered } from "../../src/proxmox/index.js";
import { simulatedWorld } from "./simulated-world.js";
import { failureOf } from "./support/failure-of.js";

const size = { columns: 80, rows: 24 };

test("a container's console refuses an API token as Proxmox does, and the node's shell takes it", async () => {
  await using world = await simulatedWorld(9, { speed: 20 });
  const { gateway, running } = world;
  const consoles = offered(gateway, "consoles");
  const error = await failureOf(consoles.ofContainer(running, size));
  expect(error.kind).toBe("refused");
  expect(error.message).toContain("does not let the API token root@pam!demo into the console of a container");
  expect(error.message).toContain(`“pct enter ${running.vmid}”`);
  const upid = error.details.upid ?? "";
  await vi.waitFor(async () => expect((await gateway.task(upid)).state).toBe("failed"), 5000);
  expect((await gateway.task(upid)).exitStatus).toMatch(
    /^command '\/usr\/bin\/termproxy \d+ --path \/vms\/\d+ .+ exit code 1$/u,
  );
  expect((await gateway.taskLog(upid)).map(({ text }) => text)).toContain("authentication request failed");
  const terminal = await consoles.ofNode(running.node, size);
  terminal[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
});

test("a terminal nobody comes to ends by itself", async () => {
  await using world = await simulatedWorld(9, { speed: 60 });
  const { gateway, running, control } = world;
  const tasks = async () => (await gateway.tasks()).filter(({ type }) => type === "vncproxy");
  // The answer is lost, so no client comes.
  control.addFault({ kind: "drop-after", method: "POST", path: "/termproxy", times: 1 });
  const lost = await failureOf(offered(gateway, "consoles").ofContainer(running, size));
  expect(lost.kind).toBe("outcome-unknown");
  await vi.waitFor(async () => expect((await tasks())[0]?.state).toBe("failed"), 5000);
  const [task] = await tasks();
  const log = (await gateway.taskLog(task?.upid ?? "")).map(({ text }) => text);
  expect(log[0]).toBe("failed waiting for client: timed out");
  await gateway[Symbol.asyncDispose]();
});

test.each([
  ["without a login", "/vncwebsocket?port=5900&vncticket=x", false, "401 No ticket"],
  [
    "with a ticket that is none",
    "/vncwebsocket?port=5900&vncticket=x",
    true,
    "401 permission denied - invalid PVEVNC ticket",
  ],
  ["with a port that can't be", "/vncwebsocket?port=80&vncticket=x", true, "400 Parameter verification failed."],
])("a web socket %s is refused as any request is", async (_what, path, login, words) => {
  await using world = await simulatedWorld(9);
  const { gateway, running, control } = world;
  await gateway.version();
  const url = `${world.url.replace("https", "wss")}/api2/json/nodes/${running.node}/lxc/${running.vmid}${path}`;
  const headers = login ? { authorization: `PVEAPIToken=${world.token}` } : {};
  const client = new WebSocket(url, ["binary"], { rejectUnauthorized: false, headers });
  const answer = await new Promise<string>((resolve) => {
    client.on("error", () => undefined);
    client.on("unexpected-response", (_request, response) => {
      response.resume();
      resolve(`${response.statusCode ?? 0} ${response.statusMessage ?? ""}`);
    });
  });
  client.terminate();
  expect(answer).toBe(words);
  expect(control.requests().at(-1)?.path).toContain("/vncwebsocket");
  await gateway[Symbol.asyncDispose]();
});
