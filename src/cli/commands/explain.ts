import { DateTime } from "luxon";
import { effectiveSettings, type AutoscalerConfig, type MatchSubject } from "../../config/index.js";
import {
  defaultRecordsDirectory,
  explainDocument,
  originNames,
  recordedClusters,
  recordedPast,
  type RecordedCluster,
} from "../../operate/index.js";
import { parseEndpoint } from "../../proxmox/index.js";
import { loadConfiguration } from "../configuration.js";
import type { CommandContext } from "../context.js";
import { exitCodes, usageFailure, type ExitCode } from "../failure.js";
import { readInventoryFile } from "../inventory-file.js";
import { explainText } from "../text/explain.js";

export interface ExplainOptions {
  readonly vmid: string;
  /** `2026-12-24T22:30`, `22:30`; now without it. */
  readonly at?: string;
  /** A file with what `status --format json` printed. */
  readonly inventory?: string;
}

/**
 * `explain <file> --vmid <id>`: the settings of a container with where each comes from, and what the last runs did to it.
 * Reads files alone: nothing is connected to, nothing is written.
 */
export async function explain(
  context: CommandContext,
  file: string,
  { vmid: givenVmid, at: givenTime, inventory: inventoryFile }: ExplainOptions,
): Promise<ExitCode> {
  const { output, options, surroundings } = context;
  const vmid = vmidOf(givenVmid);
  const inventory = inventoryFile === undefined ? null : await readInventoryFile(inventoryFile, surroundings);
  const config = await loadConfiguration(context, file);
  const at = givenTime === undefined ? Date.now() : timeOf(givenTime, config.timezone);
  const container = inventory?.containers.find((candidate) => candidate.vmid === vmid) ?? null;
  const subject: MatchSubject = container ?? { vmid, name: null, node: null, tags: null, pool: undefined };
  const settings = effectiveSettings(config, subject, at);
  const past = await recordedPast(vmid, at, await recordsOf(context, config));
  const notes = [
    ...(inventory !== null && container === null
      ? [`${inventoryFile ?? ""} has no container ${vmid}: what its name, tags, node and pool match is not known.`]
      : []),
    ...past.faults,
  ];
  const document = explainDocument({ config, subject, container, settings, at, ...past, notes });
  if (options.format === "json") await output.printJson(document);
  else {
    const { paint, width } = output;
    const { timezone } = config;
    await output.print(explainText(document, { paint, width, timezone, nameOf: originNames(config) }));
  }
  return exitCodes.done;
}

function vmidOf(text: string): number {
  const vmid = /^\d{3,9}$/u.test(text) ? Number(text) : 0;
  if (vmid < 100) throw usageFailure(`--vmid takes the id of a container, from 100 on; not “${text}”.`);
  return vmid;
}

/** An ISO 8601 time, in the file's time zone where it names none; a time of day is today's. */
function timeOf(text: string, zone: string): number {
  const time = DateTime.fromISO(text, { zone });
  if (!time.isValid) throw usageFailure(`--at takes a time such as 2026-12-24T22:30 or 22:30; not “${text}”.`);
  return time.toMillis();
}

/** The clusters whose records count: of the connection that is known, or all of them. */
function recordsOf(
  { options, surroundings }: CommandContext,
  config: AutoscalerConfig,
): Promise<readonly RecordedCluster[]> {
  const directory = options.state ?? defaultRecordsDirectory(surroundings.env);
  const url = options.url ?? surroundings.env["PROXMOX_URL"] ?? config.connection.url ?? "";
  return recordedClusters(directory, url === "" || url.includes("${") ? null : endpointOf(url));
}

/** As the records name it; the text itself where it is no address. */
function endpointOf(url: string): string {
  const result = parseEndpoint(url);
  return result.ok ? result.endpoint.url : url;
}
