import { DateTime } from "luxon";
import { effectiveSettings, type AutoscalerConfig, type MatchSubject } from "../../config/index.js";
import { pausesOf, type Pause } from "../../engine/index.js";
import { AuditLog, defaultRecordsDirectory, recordedClusters, StateStore } from "../../operate/index.js";
import { parseEndpoint } from "../../proxmox/index.js";
import { loadConfiguration } from "../configuration.js";
import type { CommandContext } from "../context.js";
import { exitCodes, usageFailure, type ExitCode } from "../failure.js";
import { readInventoryFile } from "../inventory-file.js";
import { explainDocument, type PastChange, type RecordedPause } from "../json/explain.js";
import { explainText } from "../text/explain.js";

export interface ExplainOptions {
  readonly vmid: string;
  /** `2026-12-24T22:30`, `22:30`; now without it. */
  readonly at?: string;
  /** A file with what `status --format json` printed. */
  readonly inventory?: string;
}

/** So many changes of the last runs are told. */
const mostChanges = 10;

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
  const past = await pastOf(context, config, vmid, at);
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
    await output.print(explainText(document, { paint, width, timezone, nameOf: names(config) }));
  }
  return exitCodes.done;
}

/** What the policy or schedule at an origin is called. */
function names(config: AutoscalerConfig): (origin: string, file: string | undefined) => string | null {
  const key = (origin: string, file: string | undefined): string => `${file ?? ""}\n${origin}`;
  const found = new Map<string, string>();
  for (const section of ["policies", "schedules"] as const) {
    for (const { name, index, file } of config[section]) found.set(key(`${section}[${index}]`, file), name);
  }
  return (origin, file) => found.get(key(origin, file)) ?? null;
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

interface Past {
  readonly history: readonly PastChange[];
  readonly pauses: readonly RecordedPause[];
  readonly faults: readonly string[];
}

/** What earlier runs did to the container, and what is paused, by the records of this machine. */
async function pastOf(
  { options, surroundings }: CommandContext,
  config: AutoscalerConfig,
  vmid: number,
  at: number,
): Promise<Past> {
  const directory = options.state ?? defaultRecordsDirectory(surroundings.env);
  const url = options.url ?? surroundings.env["PROXMOX_URL"] ?? config.connection.url ?? "";
  const clusters = await recordedClusters(directory, url === "" || url.includes("${") ? null : endpointOf(url));
  const history: PastChange[] = [];
  const pauses: RecordedPause[] = [];
  const faults: string[] = [];
  for (const { cluster, location } of clusters) {
    try {
      for (const record of await new AuditLog(location).read(cluster)) {
        if (record.event !== "outcome" || record.outcome.vmid !== vmid) continue;
        history.push({ time: record.time, run: record.run, cluster, outcome: record.outcome });
      }
      const state = await new StateStore(location).read(cluster);
      pauses.push(...pausesOf(state, vmid, at).map((pause: Pause) => ({ cluster, pause })));
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  history.sort((a, b) => b.time - a.time);
  return { history: history.slice(0, mostChanges), pauses, faults };
}

/** As the records name it; the text itself where it is no address. */
function endpointOf(url: string): string {
  const result = parseEndpoint(url);
  return result.ok ? result.endpoint.url : url;
}
