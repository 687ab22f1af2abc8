import { onTestFinished } from "vitest";
import { startSimulator } from "../../src/simulator/index.js";
import type { Simulator, SimulatorOptions } from "../../src/simulator/index.js";
import { Client } from "./client.js";

/** A small cluster whose time is moved by hand, and a client with its token; both end with the test. */
export async function start(options: SimulatorOptions = {}): Promise<{ simulator: Simulator; client: Client }> {
  const simulator = await startSimulator({ containers: 6, clock: "manual", start: 1_795_000_003_000, ...options });
  const client = new Client(simulator.url, simulator.token);
  onTestFinished(async () => {
    client.close();
    await simulator.close();
  });
  return { simulator, client };
}

/** A container in `GET /cluster/resources`. */
export interface ListedContainer {
  readonly vmid: number;
  readonly node: string;
  readonly status: string;
  readonly cpu?: number;
  readonly maxcpu?: number;
  readonly mem?: number;
  readonly maxmem?: number;
  readonly lock?: string;
  readonly uptime?: number;
}

export async function listed(client: Client, vmid: number): Promise<ListedContainer> {
  const all = await client.data<ListedContainer[]>("/cluster/resources?type=vm");
  const found = all.find((container) => container.vmid === vmid);
  if (found === undefined) throw new Error(`container ${vmid} is not listed`);
  return found;
}

/** Runs a call that answers a task, lets it end, and answers its exit status and log. */
export async function runTask(
  simulator: Simulator,
  client: Client,
  path: string,
  data = "",
): Promise<{ readonly exitstatus: string; readonly log: readonly string[] }> {
  const upid = await client.data<string>(path, { method: "POST", data });
  await simulator.clock.advance(120_000);
  return taskOf(client, upid);
}

/** How a task stands. */
export async function taskOf(
  client: Client,
  upid: string,
): Promise<{ readonly exitstatus: string; readonly log: readonly string[] }> {
  const base = `/nodes/${upid.split(":")[1] ?? ""}/tasks/${encodeURIComponent(upid)}`;
  const { exitstatus } = await client.data<{ exitstatus?: string }>(`${base}/status`);
  const log = await client.data<{ t: string }[]>(`${base}/log`);
  return { exitstatus: exitstatus ?? "(running)", log: log.map((line) => line.t) };
}
