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
  const end = untilToldToEnd();
  let simulator;
  try {
    simulator = await startSimulator(asked.options);
  } catch (error) {
    end.forget();
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
  await end.told;
  await control?.close();
  await simulator.close();
  return 0;
}

/** By signal, or because the process that started this one is gone. */
function untilToldToEnd(): { readonly told: Promise<void>; readonly forget: () => void } {
  const signals = ["SIGINT", "SIGTERM", "disconnect"] as const;
  let forget = () => {};
  const told = new Promise<void>((resolve) => {
    // Listening to a parent's channel keeps a process alive, so it must end with the wait.
    forget = () => {
      for (const signal of signals) process.off(signal, forget);
      resolve();
    };
    for (const signal of signals) process.on(signal, forget);
  });
  return { told, forget };
}
