import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/index.js";
import type { Simulator } from "../../src/simulator/index.js";
import { Client } from "./client.js";
import type { Reply } from "./client.js";
import { masked } from "./masking.js";
import { exceptions } from "./recording-exceptions.js";
import { readRecording } from "./recording.js";
import type { Exchange } from "./recording.js";

/** What happened between two recorded requests without being recorded itself. */
type Interlude = (simulator: Simulator, client: Client, known: Map<string, string>) => Promise<void>;

const files = ["pve9-http-1.txt", "pve9-http-2.txt", "pve9-http-3.txt", "pve9-http-4.txt"] as const;

async function run(client: Client, path: string, data?: string): Promise<string> {
  return client.data<string>(path, { method: "POST", ...(data === undefined ? {} : { data }) });
}

const interludes: Readonly<Record<string, Interlude>> = {
  // This one took 22 s there, because the file system could not be grown.
  "pve9-http-1.txt resize-ok": (simulator) => {
    simulator.control.addTaskFault({ type: "resize", slower: 40, times: 1 });
    return Promise.resolve();
  },
  // Between the first and the second file the limit was taken away again.
  "pve9-http-2.txt ticket-bad": async (simulator) => {
    await simulator.clock.advance(60_000);
    simulator.control.setConfiguration(101, { cpulimit: null });
  },
  // The container was started some seconds before.
  "pve9-http-2.txt lock-set": (simulator) => simulator.clock.advance(5_000),
  "pve9-http-2.txt task-status-running": (simulator) => simulator.clock.advance(2_000),
  "pve9-http-3.txt task-status-running": async (simulator, client, known) => {
    await simulator.clock.advance(30_000);
    const upid = await run(client, "/nodes/pve1/lxc/101/status/shutdown");
    known.set("UPID:pve1:00000CFD:000CAA5D:6B00BFEC:vzshutdown:101:root@pam!full:", upid);
  },
  "pve9-http-3.txt start-status": async (simulator, client, known) => {
    const upid = await run(client, "/nodes/pve1/lxc/101/status/start");
    known.set("UPID:pve1:00000D17:000CAF44:6B00BFF8:vzstart:101:root@pam!full:", upid);
    await simulator.clock.advance(3_000);
  },
  "pve9-http-3.txt snap-status": async (simulator, client, known) => {
    // The time of a snapshot is in the file, so in its digest.
    await simulator.clock.advance(1_795_211_260_000 - simulator.clock.now());
    const upid = await run(client, "/nodes/pve1/lxc/101/snapshot", "snapname=viaapi&description=hello");
    known.set("UPID:pve1:00000D72:000CB0F4:6B00BFFD:vzsnapshot:101:root@pam!full:", upid);
    await simulator.clock.advance(3_000);
  },
  // Between the third and the fourth file the command line was used.
  "pve9-http-4.txt token-root-hookscript": async (simulator, client) => {
    const { control } = simulator;
    control.unlock(102);
    control.setConfiguration(104, { cores: null, memory: 600, swap: null });
    control.setConfiguration(105, { template: 1 });
    control.setConfiguration(107, { template: 1 });
    await simulator.clock.advance(1_795_212_200_000 - simulator.clock.now());
    await run(client, "/nodes/pve1/lxc/101/snapshot", "snapname=viapvesh");
    await simulator.clock.advance(20_000);
    await run(client, "/nodes/pve1/lxc/105/clone", "newid=120&full=1");
    await simulator.clock.advance(20_000);
  },
};

describe("the recordings of a real Proxmox VE 9", () => {
  let simulator: Simulator;
  let client: Client;
  const known = new Map<string, string>();
  const unused = new Set(Object.keys(exceptions));

  beforeAll(async () => {
    simulator = await startSimulator({ scenario: "recorded", clock: "manual" });
    client = new Client(simulator.url, simulator.token);
  });
  afterAll(async () => {
    client.close();
    await simulator.close();
  });

  for (const file of files) {
    describe(file, () => {
      for (const exchange of readRecording(file)) {
        const id = `${file} ${exchange.name}`;
        const exception = exceptions[id];
        const check = async () => {
          unused.delete(id);
          await interludes[id]?.(simulator, client, known);
          if (exception?.leave === "skip") {
            expect(exception.why).not.toBe("");
            return;
          }
          const reply = await send(simulator, client, exchange, known);
          remember(exchange, reply, known);
          await simulator.clock.advance(1_000);
          expect(`${reply.status} ${reply.reason}`).toBe(`${exchange.status} ${exchange.reason}`);
          if (exception?.leave !== "body") expect(comparable(reply.body)).toEqual(comparable(exchange.body));
        };
        it(exception === undefined ? exchange.name : `${exchange.name} (${exception.leave}: ${exception.why})`, check);
      }
    });
  }

  it("has no exception for a request that is not in them", () => {
    expect([...unused]).toEqual([]);
  });
});

const tokensOf = { FULL: "root@pam!full", BOB: "bob@pve!t1", ALICE: "alice@pve!t1", SEP: "root@pam!sep" } as const;

function send(
  simulator: Simulator,
  client: Client,
  exchange: Exchange,
  known: ReadonlyMap<string, string>,
): Promise<Reply> {
  const replace = (text: string) =>
    [...known].reduce(
      (result, [recorded, ours]) =>
        result
          .replaceAll(recorded, ours)
          .replaceAll(encodeURIComponent(recorded).replaceAll("!", "%21"), encodeURIComponent(ours)),
      text,
    );
  const headers = Object.fromEntries(
    exchange.headers.map((header) => {
      const at = header.indexOf(":");
      return [header.slice(0, at), replace(header.slice(at + 1).trim())];
    }),
  );
  if (exchange.cookie !== null) headers["Cookie"] = replace(exchange.cookie);
  const token = Object.entries(tokensOf).find(([name]) => name === exchange.credentials)?.[1];
  return client.ask(replace(exchange.path), {
    method: exchange.method,
    token: token === undefined ? "-" : (simulator.tokens[token] ?? "-"),
    headers,
    ...(exchange.data === null ? {} : { data: exchange.data }),
  });
}

/** Keeps what later requests refer to: tasks, tickets. */
function remember(exchange: Exchange, reply: Reply, known: Map<string, string>): void {
  for (const pattern of [/UPID:[^"]+/u, /(?<="ticket":")[^"]+/u, /(?<="CSRFPreventionToken":")[^"]+/u]) {
    const recorded = pattern.exec(exchange.body)?.[0];
    const ours = pattern.exec(reply.body)?.[0];
    if (recorded !== undefined && ours !== undefined && reply.body.length < 3000) known.set(recorded, ours);
  }
}

function comparable(body: string): unknown {
  return body.startsWith("{") ? masked(JSON.parse(body)) : body.trim();
}
