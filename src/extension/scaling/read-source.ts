import type { AutoscalerConfig } from "../../config/index.js";
import { loadConfig } from "../base/rooms.js";
import { FileError, type PlanSource, type Surroundings } from "./plan-source.js";

/** What an autoscaler file says, typed. Rejects with {@link FileError} where it has errors, or can't be used as it is. */
export async function readSource(source: PlanSource, surroundings: Surroundings): Promise<AutoscalerConfig> {
  const { readAutoscalerFile } = await loadConfig();
  const { environment, readFile, readInclude } = surroundings;
  const { config, findings } = readAutoscalerFile(source.text, {
    file: source.name,
    environment,
    readFile,
    readInclude: readInclude(source.uri),
  });
  if (config !== null) return config;
  const errors = findings.filter(({ severity }) => severity === "error");
  const [first = findings[0]] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  const sentence =
    first === undefined
      ? `${source.name} can't be used.`
      : `${first.file}, line ${first.line}: ${first.message}${more}`;
  throw new FileError(sentence, Math.max(1, errors.length));
}
