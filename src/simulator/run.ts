import { readArguments } from "./arguments.js";
import { openControlPath } from "./control-path.js";
import { startSimulator } from "./simulator.js";

/**
 * Runs a simulator from command line arguments: prints one line of JSON once it listens and goes on until SIGINT, SIGTERM
 * or the end of the process that started it. Answers the exit code: 0, or 2 for wrong usage, 1 where it can't listen.
 */
export async function runSimulator(argv: readonly string[], stdout: NodeJS.WritableStream): Promise<number> {
  const asked = readArguments(argv);
  if (typeof asked === "string") {
    process.stderr.write(`${asked}\n`);
    return 2;
  }
  for (const remark of asked.remarks) process.stderr.write(`${remark}\n`);
  const ended = untilToldToEnd();
  let simulator;
  try {
    simulator = await startSimulator(asked.options);
  } catch (error) {
    process.stderr.write(`The simulator could not start: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const control = asked.control === null ? null : await openControlPath(simulator.control, asked.control);
  const { url, fingerprint, token, nodes, containers, endpoints } = simulator;
  const line = {
    url,
    fingerprint,
    token,
    ssh: null,
    nodes: nodes.length,
    containers,
    ...(endpoints.length > 1 ? { endpoints } : {}),
    ...(control === null ? {} : { control: { url: control.url, secret: control.secret } }),
  };
  stdout.write(`${JSON.stringify(line)}\n`);
  await ended;
  await control?.close();
  await simulator.close();
  return 0;
}

/** By signal, or because the process that started this one is gone. */
function untilToldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      process.off("SIGINT", end);
      process.off("SIGTERM", end);
      process.off("disconnect", end);
      resolve();
    };
    process.on("SIGINT", end);
    process.on("SIGTERM", end);
    process.on("disconnect", end);
  });
}
