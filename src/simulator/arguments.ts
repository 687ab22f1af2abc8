import { parseArgs } from "node:util";
import { scenarioNames } from "./options.js";
import type { ScenarioName, SimulatorOptions } from "./options.js";

/** What the command line asks for. */
export interface Asked {
  readonly options: SimulatorOptions;
  /** Where the test-only control path listens; null: nowhere. */
  readonly control: { readonly host: string; readonly port: number } | null;
  /** Settings that were given but do nothing, each with its reason: said aloud. */
  readonly remarks: readonly string[];
}

/** Reads the arguments of `simulate`; a sentence where they can't be used. */
export function readArguments(argv: readonly string[]): Asked | string {
  const values = parse(argv);
  if (typeof values === "string") return values;
  try {
    const listen = address("--listen", values.listen);
    const control = values.control === undefined ? null : address("--control", values.control);
    return {
      options: {
        nodes: whole("--nodes", values.nodes, 1, 99),
        containers: whole("--containers", values.containers, 0, 20_000),
        seed: whole("--seed", values.seed, 0, 2 ** 31 - 1),
        speed: speed(values.speed),
        scenario: choice("--scenario", values.scenario, scenarioNames) satisfies ScenarioName,
        pve: choice("--pve", values.pve, ["8", "9"]) === "8" ? 8 : 9,
        host: listen.host,
        port: listen.port,
        listeners: whole("--listeners", values.listeners, 1, 99),
        clock: choice("--clock", values.clock, ["running", "manual"]),
        ...(values.state === undefined ? {} : { stateDirectory: values.state }),
      },
      control,
      remarks:
        values["ssh-listen"] === undefined ? [] : ["--ssh-listen has no effect: this simulator answers the API alone."],
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: false,
      options: {
        nodes: { type: "string", default: "3" },
        containers: { type: "string", default: "20" },
        seed: { type: "string", default: "1" },
        speed: { type: "string", default: "1" },
        scenario: { type: "string", default: "demo" },
        listen: { type: "string", default: "127.0.0.1:0" },
        "ssh-listen": { type: "string" },
        pve: { type: "string", default: "9" },
        state: { type: "string" },
        listeners: { type: "string", default: "1" },
        clock: { type: "string", default: "running" },
        control: { type: "string" },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function whole(option: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d+$/u.test(text) || value < low || value > high) {
    throw new Error(`${option} takes a whole number from ${low} to ${high}, not '${text}'.`);
  }
  return value;
}

function speed(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value <= 100_000)) {
    throw new Error(`--speed takes a number above 0 and up to 100000, not '${text}'.`);
  }
  return value;
}

function choice<const T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((name) => name === text);
  if (found === undefined) throw new Error(`${option} takes one of ${choices.join(", ")}, not '${text}'.`);
  return found;
}

function address(option: string, text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/u.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port > 65_535) throw new Error(`${option} takes host:port, not '${text}'.`);
  return { host, port };
}
