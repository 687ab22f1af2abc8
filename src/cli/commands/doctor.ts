import { diagnose, isHealthy, type CheckStatus, type DoctorCheck } from "../../operate/index.js";
import { printable } from "../../model/index.js";
import { loadConfiguration } from "../configuration.js";
import { exitCodes, type ExitCode } from "../failure.js";
import type { Paint, Style } from "../output.js";
import type { CommandContext } from "../context.js";
import { openSession } from "../session.js";
import { wrap } from "../table.js";

/** `doctor`: every check is printed, whatever it found; a failed one sets the exit code. */
export async function doctor(context: CommandContext, file: string | undefined): Promise<ExitCode> {
  const { output, options, surroundings } = context;
  const config = file === undefined ? null : await loadConfiguration(context, file);
  await using session = await openSession(context, config);
  await output.progress(`Looking at ${session.gateway.endpoint} …`);
  const checks = await diagnose(session.gateway, {
    now: Date.now,
    connection: session.connection,
    signal: surroundings.signal,
  });
  const ok = isHealthy(checks);
  if (options.format === "json") await output.printJson({ ok, checks });
  else await output.print(doctorText(checks, output.paint, output.width));
  return exitCodeOf(checks);
}

/** Not reached, not trusted, not authenticated and not allowed are one class of their own (3). */
function exitCodeOf(checks: readonly DoctorCheck[]): ExitCode {
  const failed = checks.filter(({ status }) => status === "failed");
  if (failed.length === 0) return exitCodes.done;
  const ofConnection = failed.some(
    ({ id }) => ["connection", "certificate", "authentication"].includes(id) || id.startsWith("privileges."),
  );
  return ofConnection ? exitCodes.connection : exitCodes.failed;
}

const marks: Readonly<Record<CheckStatus, readonly [string, Style]>> = {
  ok: ["✔", "green"],
  warning: ["!", "yellow"],
  failed: ["✘", "red"],
  skipped: ["–", "dim"],
};

function doctorText(checks: readonly DoctorCheck[], paint: Paint, width: number | null): string {
  const longest = Math.max(...checks.map(({ id }) => id.length));
  // The same lines grant everything, so several checks name them: printed once, at the end.
  const fixes = new Map<string, string>();
  const lines = checks.flatMap(({ id, status, message, fix }) => {
    const [mark, style] = marks[status];
    const indent = " ".repeat(longest + 4);
    const text = printable(message);
    const wrapped = width === null ? [text] : wrap(text, Math.max(30, width - indent.length));
    if (fix !== null) fixes.set(fix, id);
    return wrapped.map((line, index) =>
      index === 0 ? `${paint(style, mark)} ${paint("bold", id.padEnd(longest))}  ${line}` : indent + line,
    );
  });
  for (const [fix, id] of fixes) {
    lines.push("", `${paint("bold", id)}:`, ...fix.split("\n").map((line) => `  ${line}`));
  }
  return lines.join("\n");
}
