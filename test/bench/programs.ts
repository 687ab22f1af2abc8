import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

/** The built command line. Benchmarks run from the checkout's root. */
export const cli = resolve("dist/cli.js");

/** Runs a program of Node to its end. */
export function runNode(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status ?? "a signal"}: ${stderr}`);
}

/** A program that prints one JSON line once it serves, and serves until it is closed. */
export async function startServing(
  args: readonly string[],
): Promise<{ readonly line: unknown; close: () => Promise<void> }> {
  const child = spawn(process.execPath, [...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const first = await Promise.race([
    new Promise<string>((done) => createInterface(child.stdout).once("line", done)),
    ended.then(() => Promise.reject(new Error(`node ${args.join(" ")} ended before it served.`))),
  ]);
  return {
    line: JSON.parse(first) as unknown,
    async close() {
      child.kill();
      await ended;
    },
  };
}
