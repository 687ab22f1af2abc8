// Runs other programs, and ends them with everything they started.
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Prints progress on standard error, so that standard output stays for results. @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * The environment for a program that is not part of this npm run: what npm set for the run itself would
 * make a nested npm work in the wrong folder.
 * @param {Readonly<Record<string, string | undefined>>} [extra]
 * @returns {Record<string, string>}
 */
export function plainEnvironment(extra = {}) {
  /** @type {Record<string, string>} */
  const environment = {};
  for (const [name, value] of Object.entries({ ...process.env, ...extra })) {
    if (value === undefined) continue;
    if (/^npm_(package|lifecycle|command|execpath|node_execpath|config_(local_prefix|prefix|user_agent))/.test(name))
      continue;
    if (name === "INIT_CWD" || name === "NODE") continue;
    environment[name] = value;
  }
  return environment;
}

/** The path of a program on PATH, or null. @param {string} name */
export function findOnPath(name) {
  const suffixes = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const suffix of suffixes) {
      const candidate = join(folder, name + suffix);
      try {
        accessSync(candidate, constants.X_OK);
        if (statSync(candidate).isFile()) return candidate;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
    }
  }
  return null;
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Readonly<Record<string, string>>} [environment] the whole environment; without it, ours
 * @property {boolean} [quiet] show the output only if the program fails
 * @property {number} [seconds] end it after this long
 */

/**
 * Runs a program to its end and gives its standard output and exit code. Without `quiet` its output also appears.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function attempt(command, args, { cwd, environment, quiet = false, seconds = 3600 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd,
      env: environment ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const release = own(child);
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout.on("data", (/** @type {Buffer} */ chunk) => {
      chunks.push(chunk);
      if (!quiet) process.stdout.write(chunk);
    });
    child.stderr.on("data", (/** @type {Buffer} */ chunk) => {
      chunks.push(chunk);
      if (!quiet) process.stderr.write(chunk);
    });
    const limit = setTimeout(() => {
      say(`${command} took longer than ${seconds} seconds and was ended.`);
      endGroup(child, "SIGKILL");
    }, seconds * 1000);
    child.once("error", (error) => {
      clearTimeout(limit);
      release();
      reject(error);
    });
    child.once("close", (code) => {
      clearTimeout(limit);
      release();
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() });
    });
  });
}

/**
 * Runs a program that must succeed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export async function run(command, args, options = {}) {
  const { code, output } = await attempt(command, args, options);
  if (code === 0) return output;
  if (options.quiet === true) process.stderr.write(output);
  throw new Error(`${command} ${args.slice(0, 4).join(" ")} ended with exit code ${code}.`);
}

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

/** Children that are running, each the leader of its own process group. @type {Set<ChildProcess>} */
const children = new Set();

/** Sees to it that a detached child ends when we do. Gives the function that lets go of it. @param {ChildProcess} child */
export function own(child) {
  children.add(child);
  const release = () => {
    children.delete(child);
  };
  child.once("exit", release);
  return release;
}

/**
 * Signals a child that leads its own process group, and with it what it started.
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function endGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // Already gone: what we wanted.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/**
 * Ends a child and what it started: politely, then after five seconds for good.
 * @param {ChildProcess} child
 * @returns {Promise<void>}
 */
export function stop(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      endGroup(child, "SIGKILL");
      resolve();
      return;
    }
    const limit = setTimeout(() => endGroup(child, "SIGKILL"), 5000);
    child.once("exit", () => {
      clearTimeout(limit);
      // Grandchildren that outlived their parent.
      endGroup(child, "SIGKILL");
      resolve();
    });
    endGroup(child, "SIGTERM");
  });
}

process.once("exit", () => {
  for (const child of children) endGroup(child, "SIGKILL");
});
for (const [signal, code] of /** @type {const} */ ([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
])) {
  process.on(signal, () => {
    // A script that has something to tidy listens itself; without one, leaving is enough.
    if (process.listenerCount(signal) === 1) process.exit(code);
  });
}

/** Runs a script's main function; a failure is one sentence and exit code 1. @param {() => Promise<unknown>} main */
export async function script(main) {
  try {
    await main();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
