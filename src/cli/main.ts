#!/usr/bin/env node
import { run } from "./run.js";

const interruption = new AbortController();
let signals = 0;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    signals += 1;
    interruption.abort(new Error(signal));
    // The first lets a write in flight be finished and reported; whoever insists three times gets out.
    if (signals >= 3) process.exit(130);
  });
}

const exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: interruption.signal,
  onHangup: (listener) => {
    process.on("SIGHUP", listener);
    return () => process.off("SIGHUP", listener);
  },
});
// Everything has been handed to the system by now; what is left open (standard input) must not hold the process.
process.exit(exitCode);
