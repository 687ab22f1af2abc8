import type { CodeLens, Command } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { AutoscalerReading } from "../config/index.js";
import type { Inventory } from "../model/index.js";
import { follow, isMap, itemsOf, nodeAt, pairOf, spanOf, textOf, type Node } from "./nodes.js";
import { spanToRange, toRange } from "./positions.js";
import type { ClientCommands } from "./protocol.js";
import { containersInWords, containersOf, matchAt } from "./selection.js";
import { changesAmong, type Outlook } from "./would-change.js";

const sections = ["policies", "schedules", "groups"] as const;

/**
 * What stands above each policy, schedule and group: how many containers it means, how many of them would change, and what
 * can be done with it. Only commands that the client has announced are offered; figures stand there for every client.
 * `outlook` is that of the file as it stands; `null` where nobody knows it.
 */
export function codeLensesOf(
  document: TextDocument,
  reading: AutoscalerReading,
  inventory: Inventory | null,
  outlook: Outlook | null,
  commands: ClientCommands,
): CodeLens[] {
  const lenses: CodeLens[] = [];
  const { document: text } = reading;
  for (const section of sections) {
    for (const [index, entry] of itemsOf(nodeAt(text, [section])).entries()) {
      const item = follow(entry, text);
      if (entry === null || !isMap(item)) continue;
      const { start } = spanOf(pairOf(item, "name")?.key ?? entry);
      const range = spanToRange(document, { start, end: start });
      const add = (command: Command): number => lenses.push({ range, command });
      const words =
        section === "groups" ? instancesInWords(item) : meaning([section, index], reading, inventory, outlook);
      // An empty command is none: the title alone is shown.
      if (words !== null) add({ title: words, command: "" });
      if (section !== "policies" || reading.config === null) continue;
      if (commands.dryRun !== undefined) {
        add({ title: "Dry run", command: commands.dryRun, arguments: [document.uri] });
      }
      if (commands.replay !== undefined) {
        const name = reading.config.policies.find((one) => one.file === undefined && one.index === index)?.name;
        add({ title: "Replay 24 h", command: commands.replay, arguments: [document.uri, name] });
      }
    }
  }
  const older = reading.findings.find(({ code, file }) => code === "older-format" && file === reading.options.file);
  if (older !== undefined && commands.migrate !== undefined) {
    const { start } = toRange(older);
    lenses.push({
      range: { start, end: start },
      command: { title: "Migrate…", command: commands.migrate, arguments: [document.uri] },
    });
  }
  return lenses;
}

function meaning(
  [section, index]: readonly ["policies" | "schedules", number],
  reading: AutoscalerReading,
  inventory: Inventory | null,
  outlook: Outlook | null,
): string | null {
  const match = inventory === null ? null : matchAt([section, index, "match"], reading);
  if (match === null || inventory === null) return null;
  const found = containersOf(match, reading, inventory);
  const count = containersInWords(found.length);
  // A schedule changes only what it is in force for.
  const changes = outlook === null || section !== "policies" ? null : changesAmong(found, outlook);
  return changes === null || found.length === 0 ? count : `${count} · would change ${changes}`;
}

/** `2 to 6 instances of 900`. */
function instancesInWords(group: Node): string | null {
  const number = (...[first, second]: readonly [string, string]): string | null => {
    const text = textOf(pairOf(pairOf(group, first)?.value ?? null, second)?.value ?? null);
    return text !== null && /^\d+$/u.test(text) ? text : null;
  };
  const [least, most, template] = [number("instances", "min"), number("instances", "max"), number("template", "vmid")];
  if (least === null || most === null) return null;
  const count = least === most ? `${most} ${most === "1" ? "instance" : "instances"}` : `${least} to ${most} instances`;
  return template === null ? count : `${count} of ${template}`;
}
