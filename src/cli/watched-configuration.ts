import { statSync } from "node:fs";
import { readAutoscalerFile, type AutoscalerConfig, type AutoscalerReading } from "../config/index.js";
import type { ConfigurationChange, ConfigurationSource } from "../operate/index.js";
import { loadConfiguration } from "./configuration.js";
import { CommandFailure, exitCodes } from "./failure.js";
import { readIncludedFile, readInputFile, readReferencedFile } from "./input-file.js";
import type { CommandContext } from "./context.js";
import { countFindings } from "./text/findings.js";

/**
 * The configuration of a file that may change while it is in use, with all it is read from: what it includes, and the files
 * its references name. A version that is right replaces the old one whole; one with errors never does. Rejects as
 * {@link loadConfiguration} does where the first version is not right, or must not be used for writing.
 */
export async function watchConfiguration(context: CommandContext, path: string): Promise<ConfigurationSource> {
  const config = await loadConfiguration(context, path);
  const objection = objectionToUse(config);
  if (objection !== null) throw new CommandFailure(exitCodes.failed, objection);
  const watched = new WatchedConfiguration(context, path, config);
  await watched.look();
  return watched;
}

class WatchedConfiguration implements ConfigurationSource {
  /** What the last version that was looked at was read from, right or not, and how each file was then. */
  #seen: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly context: CommandContext,
    private readonly path: string,
    public config: AutoscalerConfig,
  ) {}

  /** Notes which files the first version was read from: only reading it tells. */
  async look(): Promise<void> {
    if (this.path === "-") return;
    const sources = new Set([this.path]);
    await this.#read(sources);
    this.#seen = marksOf(sources);
  }

  refresh = async (force: boolean): Promise<ConfigurationChange | null> => {
    // Standard input is there once.
    if (this.path === "-") return null;
    const changed = [...this.#seen].some(([file, mark]) => markOf(file) !== mark);
    if (!changed && !force) return null;
    let reading: AutoscalerReading;
    const sources = new Set([this.path]);
    try {
      reading = await this.#read(sources);
    } catch (error) {
      // It may be missing for the moment in which an editor replaces it: the next look tells.
      if (!(error instanceof CommandFailure)) throw error;
      this.#seen = marksOf(sources);
      return { kind: "rejected", error: error.message, findings: [] };
    }
    this.#seen = marksOf(sources);
    const { config, findings } = reading;
    if (config === null) {
      const errors = findings.filter(({ severity }) => severity === "error");
      const error =
        errors.length > 0
          ? `${this.path} can't be used: ${countFindings(errors)}.`
          : `${this.path} is of an older format, which has to be migrated first.`;
      return { kind: "rejected", error, findings: errors };
    }
    const objection = objectionToUse(config);
    if (objection !== null) return { kind: "rejected", error: objection, findings: [] };
    if (!force && JSON.stringify(config) === JSON.stringify(this.config)) return null;
    const notes =
      JSON.stringify(config.connection) === JSON.stringify(this.config.connection)
        ? []
        : ["The connection stays as it is until the next start."];
    this.config = config;
    return { kind: "accepted", config, notes };
  };

  async #read(sources: Set<string>): Promise<AutoscalerReading> {
    const { stdin, signal, env } = this.context.surroundings;
    const text = await readInputFile(this.path, stdin, signal);
    return readAutoscalerFile(text, {
      file: this.path,
      environment: env,
      readFile: (file) => {
        sources.add(file);
        return readReferencedFile(file);
      },
      readInclude: (file, from) => {
        const included = readIncludedFile(file, from);
        // A missing one is looked for by the name it would have.
        sources.add("name" in included ? included.name : file);
        return included;
      },
    });
  }
}

/** Nothing writes while a setting is missing. */
function objectionToUse(config: AutoscalerConfig): string | null {
  const [unresolved] = config.unresolved.filter(({ path }) => !path.startsWith("connection"));
  if (config.mode !== "apply" || unresolved === undefined) return null;
  return `${unresolved.path} refers to ${unresolved.reference}, which is not set: nothing is written with a setting missing.`;
}

function marksOf(files: Iterable<string>): ReadonlyMap<string, string> {
  return new Map([...files].map((file) => [file, markOf(file)]));
}

/** Another mark, another content: editors replace files, and mounts of a cluster replace folders. */
function markOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? "" : `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}
