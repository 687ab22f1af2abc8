import { parseArgs } from "node:util";
import { scenarioNames } from "./options.js";
import type { ScenarioName, SimulatorOptions } from "./options.js";
import { startSimulator } from "./simulator.js";

/** Runs a simulator from command line arguments until it is told to end; answers the exit code. */
export async function runSimulator(argv: readonly string[], stdout: NodeJS.WritableStream): Promise<number> {
  const options = readArguments(argv);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n`);
    return 2;
  }
  const simulator = await startSimulator(options);
  const ended = untilToldToEnd();
  const { url, fingerprint, token, nodes, containers } = simulator;
  stdout.write(`${JSON.stringify({ url, fingerprint, token, ssh: null, nodes: nodes.length, containers })}\n`);
  await ended;
  await simulator.close();
  return 0;
}

/** By signal, or because the process that started this one is gone. */
function untilToldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
    process.once("disconnect", () => resolve());
  });
}

/** The options, or a sentence that says what is wrong with them. */
function readArguments(argv: readonly string[]): SimulatorOptions | string {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        nodes: { type: "string", default: "3" },
        containers: { type: "string", default: "20" },
        seed: { type: "string", default: "1" },
        speed: { type: "string", default: "1" },
        scenario: { type: "string", default: "demo" },
        listen: { type: "string", default: "127.0.0.1:0" },
        "ssh-listen": { type: "string", default: "127.0.0.1:0" },
        pve: { type: "string", default: "9" },
        state: { type: "string" },
        listeners: { type: "string", default: "1" },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const address = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/u.exec(values.listen);
  if (address === null) return `--listen takes host:port, not '${values.listen}'`;
  return {
    nodes: Number(values.nodes),
    containers: Number(values.containers),
    seed: Number(values.seed),
    speed: Number(values.speed),
    scenario: values.scenario as ScenarioName,
    pve: values.pve === "8" ? 8 : 9,
    host: address[1] ?? address[2] ?? "127.0.0.1",
    port: Number(address[3]),
    listeners: Number(values.listeners),
    ...(values.state === undefined ? {} : { stateDirectory: values.state }),
  };
}
void scenarioNames;
