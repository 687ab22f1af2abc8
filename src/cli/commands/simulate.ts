import { once } from "node:events";
import { scenarioNames, startSimulator, type ScenarioName, type SimulatorOptions } from "../../simulator/index.js";
import { CommandFailure, exitCodes, usageFailure, type ExitCode } from "../failure.js";
import type { CommandContext, SimulateOptions } from "../context.js";

/** `simulate`: one JSON line once it listens, then on until SIGINT or SIGTERM, which is how it should end (0). */
export async function simulate(
  { surroundings, output, options }: CommandContext,
  words: SimulateOptions,
): Promise<ExitCode> {
  const { signal } = surroundings;
  const wanted = simulatorOptions(words, options.state);
  await using simulator = await startListening(wanted, words.listen);
  const { url, fingerprint, token, nodes, containers } = simulator;
  await output.print(JSON.stringify({ url, fingerprint, token, ssh: null, nodes: nodes.length, containers }));
  if (surroundings.stderr.isTTY === true) {
    await output.note(
      `Try it:\n  export PROXMOX_URL=${url} PROXMOX_FINGERPRINT=${fingerprint}\n  export PROXMOX_TOKEN='${token}'\n  lxc-autoscaler status\nCtrl-C ends it.`,
    );
  }
  if (!signal.aborted) await once(signal, "abort");
  return exitCodes.done;
}

async function startListening(options: SimulatorOptions, listen: string): ReturnType<typeof startSimulator> {
  try {
    return await startSimulator(options);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    const why =
      error.code === "EADDRINUSE"
        ? "another program listens there"
        : error.code === "EACCES"
          ? "permission denied"
          : error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND"
            ? "this machine has no such address"
            : error.message;
    throw new CommandFailure(exitCodes.failed, `Could not listen on ${listen}: ${why}.`);
  }
}

function simulatorOptions(words: SimulateOptions, state: string | undefined): SimulatorOptions {
  if (words.sshListen !== undefined) {
    throw usageFailure("--ssh-listen: SSH is not available yet in this version; leave it out.");
  }
  const { host, port } = listenAddress(words.listen);
  return {
    nodes: wholeNumber("--nodes", words.nodes, 1, 100),
    containers: wholeNumber("--containers", words.containers, 0, 20_000),
    seed: wholeNumber("--seed", words.seed, 0, Number.MAX_SAFE_INTEGER),
    speed: factor(words.speed),
    host,
    port,
    pve: words.pve === "8" ? 8 : 9,
    ...(words.scenario === undefined ? {} : { scenario: scenario(words.scenario) }),
    ...(state === undefined ? {} : { stateDirectory: state }),
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= least && number <= most) return number;
  throw usageFailure(`${option}: “${text}” is not a whole number from ${least} to ${most}.`);
}

function factor(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && number > 0 && number <= 86_400) return number;
  throw usageFailure(`--speed: “${text}” is not a factor over 0 and up to 86400.`);
}

function scenario(text: string): ScenarioName {
  const found = scenarioNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw usageFailure(`--scenario: “${text}” is none of ${scenarioNames.join(", ")}.`);
}

/** `127.0.0.1:0`, `[::1]:8006`, `localhost:8006`. */
function listenAddress(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]\s]+)):(\d{1,5})$/u.exec(text);
  const port = Number(match?.[3] ?? Number.NaN);
  if (match === null || !(port <= 65_535)) {
    throw usageFailure(`--listen: “${text}” is not an address with a port, such as 127.0.0.1:0.`);
  }
  return { host: match[1] ?? match[2] ?? "", port };
}
