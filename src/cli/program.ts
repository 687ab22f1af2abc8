import { Command, Option, type CommanderError } from "commander";
import { version } from "../../package.json";
import { CommandFailure, exitCodes, usageFailure, type ExitCode } from "./failure.js";
import type { ExplainOptions } from "./commands/explain.js";
import type { InitOptions } from "./commands/init.js";
import type { PauseOptions, ScopeOptions } from "./commands/pause.js";
import type { RecordOptions } from "./commands/record.js";
import type { ReplayOptions } from "./commands/replay.js";
import type { RollbackWords } from "./commands/rollback.js";
import type { RightsizeOptions } from "./commands/rightsize.js";
import type { CommandContext, SharedOptions, SimulateOptions } from "./context.js";
import { Output } from "./output.js";
import type { Surroundings } from "./surroundings.js";

/** Commands that are promised for a later version: named honestly, and not in the help. */
const laterCommands: readonly string[] = ["groups", "deploy", "service"];

/** The table of the commands. Each loads what it needs when it is called, so that `--help` starts at once. */
export function buildProgram(surroundings: Surroundings, finish: (exitCode: ExitCode) => void): Command {
  const program = new Command("lxc-autoscaler");
  program
    .description("Explained, guarded autoscaling of Proxmox VE containers.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", "\nWithout a cluster at hand, try it on a simulated one: lxc-autoscaler simulate")
    .showSuggestionAfterError(true)
    .allowExcessArguments(false)
    .exitOverride();
  for (const option of sharedOptions()) program.addOption(option);

  const run: Run =
    (action) =>
    async (...values: unknown[]): Promise<void> => {
      const command = values.at(-1) as Command;
      const options = command.optsWithGlobals<SharedOptions>();
      const output = new Output(surroundings, {
        verbose: options.verbose === true,
        quiet: options.quiet === true,
        color: options.color,
      });
      refuseMarkdown(command.name(), options);
      try {
        finish(await action({ surroundings, output, options }, ...(values.slice(0, -1) as never[])));
      } finally {
        // What ends the command is told after this, on a line of its own.
        await output.clearProgress();
      }
    };

  program
    .command("validate")
    .description("check autoscaler files; “-” reads standard input")
    .argument("<file...>", "files to check")
    .option("--fix", "mend in the files what can be mended safely; of “-” print the mended text")
    .action(
      run(async (context, files: readonly string[], options: { readonly fix?: boolean }) =>
        (await import("./commands/validate.js")).validate(context, files, options),
      ),
    );
  program
    .command("migrate")
    .description("print an older configuration as version 1; “-” reads standard input")
    .argument("<file>", "configuration, variables or records of an earlier program")
    .option("-o, --output <file>", "write the result to a new file instead of printing it")
    .action(
      run(async (context, file: string, options: { readonly output?: string }) =>
        (await import("./commands/migrate.js")).migrate(context, file, options),
      ),
    );
  program
    .command("explain")
    .description("the settings of a container, where each comes from, and what was done to it")
    .argument("<file>", "autoscaler file")
    .requiredOption("--vmid <id>", "the container")
    .option("--at <time>", "as they are at a time, such as 2026-12-24T22:30 or 22:30; now without it")
    .option("--inventory <file>", "what “status --format json” printed, to know names, tags, nodes and pools")
    .action(
      run(async (context, file: string, options: ExplainOptions) =>
        (await import("./commands/explain.js")).explain(context, file, options),
      ),
    );
  program
    .command("status")
    .description("nodes and containers with their live usage")
    .argument("[file]", "autoscaler file whose connection to use")
    .action(
      run(async (context, file: string | undefined) => (await import("./commands/status.js")).status(context, file)),
    );
  program
    .command("doctor")
    .description("check connection, certificate, token, privileges, clock and version")
    .argument("[file]", "autoscaler file whose connection to use")
    .action(
      run(async (context, file: string | undefined) => (await import("./commands/doctor.js")).doctor(context, file)),
    );
  program
    .command("plan")
    .description("dry run: what would change, and why; writes nothing")
    .argument("<file>", "autoscaler file")
    .action(run(async (context, file: string) => (await import("./commands/plan.js")).plan(context, file)));
  program
    .command("apply")
    .description("plan, show, ask, carry out, read back, report")
    .argument("<file>", "autoscaler file")
    .option("-y, --yes", "carry out without asking")
    .option("--take-over", "also where a loop holds the lease of the cluster: it only recommends meanwhile")
    .action(
      run(async (context, file: string, options: { readonly yes?: boolean; readonly takeOver?: boolean }) =>
        (await import("./commands/apply.js")).apply(context, file, options),
      ),
    );
  program
    .command("init")
    .description("propose an autoscaler file from what is there and how it was used")
    .option("--last <time>", "how far back usage counts", "1d")
    .option("-o, --output <file>", "write it to a new file")
    .action(run(async (context, options: InitOptions) => (await import("./commands/init.js")).init(context, options)));
  program
    .command("rightsize")
    .description("hold every running container's sizes against its recorded usage: too big, too small, right")
    .argument("[file]", "autoscaler file whose connection to use")
    .option("--last <time>", "how far back usage counts", "7d")
    .option("--csv", "lines for a spreadsheet instead of a report")
    .action(
      run(async (context, file: string | undefined, options: RightsizeOptions) =>
        (await import("./commands/rightsize.js")).rightsize(context, file, options),
      ),
    );
  program
    .command("run")
    .description("the control loop: observes, decides and, in mode apply, carries out, an interval after the other")
    .argument("<file>", "autoscaler file; read again whenever it changes")
    .option("--once", "a single cycle")
    .action(
      run(async (context, file: string, options: { readonly once?: boolean }) =>
        (await import("./commands/run.js")).run(context, file, options),
      ),
    );
  addRollback(program, run);
  addReplay(program, run);
  addPauses(program, run);
  program
    .command("record")
    .description("live usage as a trace (CSV), to standard output or a file, until stopped")
    .argument("[file]", "autoscaler file whose connection to use")
    .option("--for <time>", "end after so long, such as 10m")
    .option("--interval <time>", "between two looks [10s]")
    .option("-o, --output <file>", "add to a trace instead of printing one; a new one is begun where there is none")
    .action(
      run(async (context, file: string | undefined, options: RecordOptions) =>
        (await import("./commands/record.js")).record(context, file, options),
      ),
    );
  addSimulate(program, run);
  program
    .command("lsp")
    .description("the language server on standard input and output")
    .argument("[file]", "autoscaler file whose connection to use")
    .option("--stdio", "speak on standard input and output (the default)")
    .action(run(async (context, file: string | undefined) => (await import("./commands/lsp.js")).lsp(context, file)));
  for (const command of program.commands) {
    command.helpOption("-h, --help", "print this help").allowExcessArguments(false);
  }
  return program;
}

/** Turns the function of a command into what commander calls: its arguments, its options, and the command. */
type Run = (
  action: (context: CommandContext, ...values: never[]) => Promise<ExitCode>,
) => (...values: unknown[]) => Promise<void>;

function addRollback(program: Command, run: Run): void {
  program
    .command("rollback")
    .description("list what earlier runs changed, or restore a run or a container")
    .argument("[file]", "autoscaler file whose connection and headroom to use")
    .option("--run <run>", "take a whole run back; “last” is the last one")
    .option("--vmid <id>", "one container: of that run, or of the last one that changed it")
    .option("--pause <time>", "and leave what was restored alone for that time, such as 2h")
    .option("--despite-full-node", "let sizes grow back also where their node has no room for them")
    .option("-y, --yes", "carry out without asking")
    .action(
      run(async (context, file: string | undefined, options: RollbackWords) =>
        (await import("./commands/rollback.js")).rollback(context, file, options),
      ),
    );
}

function addReplay(program: Command, run: Run): void {
  program
    .command("replay")
    .description("run the engine over recorded usage: what a file would have done")
    .argument("<file>", "autoscaler file")
    .option("--trace <file>", "recorded usage as CSV; “-” reads standard input")
    .option("--last <time>", "the server's own record instead, such as 24h")
    .option("--against <file>", "another autoscaler file to compare with: what is, before what would be")
    .option("--changes", "list every change with its reasons")
    .option("--inventory <status.json>", "tags and pools for a trace, from status --format json")
    .option("--nodes <file>", "sizes of the nodes, from status --format json: reserve and nodeLimits then count")
    .option("--plot <vmid>", "draw size and demand of one container")
    .option("--csv", "every reading with its simulated sizes, for charts, instead of a report")
    .action(
      run(async (context, file: string, options: ReplayOptions) =>
        (await import("./commands/replay.js")).replay(context, file, options),
      ),
    );
}

function addPauses(program: Command, run: Run): void {
  const scoped = (command: Command): Command =>
    command
      .argument("[file]", "autoscaler file whose connection to use")
      .option("--vmid <id>", "one container")
      .option("--group <name>", "one horizontal group")
      .option("--direction <direction>", "only up or only down");
  scoped(program.command("pause").description("stop scaling of everything, a container, a group or one direction"))
    .option("--for <time>", "and go on after that time, such as 2h; until resumed unless set")
    .option("--note <text>", "why, for whoever wonders")
    .option("--list", "only list what is paused")
    .action(
      run(async (context, file: string | undefined, options: PauseOptions) =>
        (await import("./commands/pause.js")).pause(context, file, options),
      ),
    );
  scoped(program.command("resume").description("take back what pause with the same words began")).action(
    run(async (context, file: string | undefined, options: ScopeOptions) =>
      (await import("./commands/pause.js")).resume(context, file, options),
    ),
  );
}

function addSimulate(program: Command, run: Run): void {
  program
    .command("simulate")
    .description("start the built-in Proxmox VE stand-in and print how to reach it")
    .option("--nodes <number>", "nodes of the cluster", "3")
    .option("--containers <number>", "containers of the cluster", "20")
    .option("--seed <number>", "the same seed gives the same cluster and loads", "1")
    .option("--speed <factor>", "60 makes an hour pass in a minute", "1")
    .option("--scenario <name>", "start from a prepared situation")
    .option("--listen <host:port>", "where the API listens", "127.0.0.1:0")
    .option("--ssh-listen <host:port>", "where SSH listens (not available yet)")
    .addOption(new Option("--pve <version>", "version of Proxmox VE to be").choices(["8", "9"]).default("9"))
    .action(
      run(async (context, options: SimulateOptions) =>
        (await import("./commands/simulate.js")).simulate(context, options),
      ),
    );
}

function sharedOptions(): readonly Option[] {
  return [
    new Option("--format <format>", "text, json, or markdown (plan, replay, rightsize)")
      .choices(["text", "json", "markdown"])
      .default("text"),
    new Option("--url <url>", "address of the cluster, https://host:8006 [PROXMOX_URL]"),
    new Option("--token <token>", "user@realm!name=secret; visible to other users, better: [PROXMOX_TOKEN]"),
    new Option("--token-file <file>", "file that holds the token [PROXMOX_TOKEN_FILE]"),
    new Option(
      "--fingerprint <sha256>",
      "SHA-256 of the certificate; several with commas [PROXMOX_FINGERPRINT]",
    ).argParser<readonly string[] | undefined>((value, previous) => [...(previous ?? []), value]),
    new Option("--ca <file>", "PEM file of the authority that signed the certificate [PROXMOX_CA]"),
    new Option("--ssh <user@host>", "not available yet").hideHelp(),
    new Option("--ssh-key <file>", "not available yet").hideHelp(),
    new Option("--ssh-host-key <key>", "not available yet").hideHelp(),
    new Option("--transport <way>", "auto or api").choices(["auto", "api", "ssh", "local"]).hideHelp(),
    new Option("--timeout <time>", "limit of one request, 30s unless set [PROXMOX_TIMEOUT]"),
    new Option("--state <folder>", "where records are kept [$XDG_STATE_HOME/lxc-autoscaler]"),
    new Option("-v, --verbose", "say more"),
    new Option("-q, --quiet", "say only the result and what went wrong"),
    new Option("--no-color", "no colours [NO_COLOR]"),
  ];
}

/** Commands whose result is fit for the comment of a pull request. */
const withMarkdown: ReadonlySet<string> = new Set(["plan", "replay", "rightsize"]);

function refuseMarkdown(command: string, options: SharedOptions): void {
  if (options.format === "markdown" && !withMarkdown.has(command)) {
    throw usageFailure(`${command} can't be printed as Markdown: --format is text or json here.`);
  }
}

/** What commander has against the command line, as the sentence and exit code of ours. */
export function commanderEnding(error: CommanderError, argument: string | undefined): CommandFailure | null {
  if (error.exitCode === 0) return null;
  if (error.code === "commander.help") return new CommandFailure(exitCodes.usage, "");
  if (error.code === "commander.unknownCommand" && argument !== undefined && laterCommands.includes(argument)) {
    return usageFailure(`${argument} is not part of this version yet.`, "What there is: lxc-autoscaler --help");
  }
  return usageFailure(sentence(error.message));
}

function sentence(message: string): string {
  const text = message.replace(/^error: /u, "").trim();
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?)]$/u.test(start) ? start : `${start}.`;
}
