import { runSimulator } from "./run.js";

process.exitCode = await runSimulator(process.argv.slice(2), process.stdout);
