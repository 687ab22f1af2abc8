import { IPCMessageReader, IPCMessageWriter } from "vscode-languageserver/node";
import { setFlagsFromString } from "node:v8";
import { serve, serveStreams } from "./serve.js";

// The youngest part of the heap would grow to 48 MB, most of it garbage of keystrokes: small, it is emptied more often instead.
setFlagsFromString("--semi-space-growth-factor=1");

// Forked by the editor there is a channel of messages; started by hand or by another editor it is standard input and output.
const forked = process.send !== undefined && !process.argv.includes("--stdio");
const ended = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.abort());
// The editor has gone away, crashed perhaps: nobody is left to serve.
process.once("disconnect", () => ended.abort());
const options = { environment: process.env, signal: ended.signal };
const code = forked
  ? await serve(new IPCMessageReader(process), new IPCMessageWriter(process), options)
  : await serveStreams(process.stdin, process.stdout, options);
process.exit(code);
