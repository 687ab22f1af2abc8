import type { Diagnostic } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { AutoscalerReading } from "../config/index.js";
import { diagnosticsOf } from "./diagnostics.js";
import type { DocumentKind } from "./document-kind.js";

/**
 * What a document is given: all there is; where it has another name and language, only that it is an older file, if it is
 * one; or nothing.
 */
export type Service = "whole" | "older" | "none";

/** A file of an earlier program is shorter than this, and a long one of another kind is not read to find out. */
const longestOlder = 200_000;

/**
 * By language and name. With another server for YAML there (`yamlElsewhere`) that one looks after what has the language
 * `yaml`, by the same schema; what has our language is ours alone.
 */
export function serviceOf(document: TextDocument, kind: DocumentKind | null, yamlElsewhere: boolean): Service {
  const isYaml = document.languageId === "yaml";
  if (kind !== null) return isYaml && yamlElsewhere ? "none" : "whole";
  return isYaml && mayBeOlder(document.getText()) ? "older" : "none";
}

/** Of a file with another name: only that it is an older one, and what becomes of it. */
export function olderFindings(
  document: TextDocument,
  reading: AutoscalerReading,
  findingsUrl: string | undefined,
): Diagnostic[] {
  return diagnosticsOf(document, reading, findingsUrl).filter(({ code }) => code === "older-format");
}

/** A word at the margin that files of earlier programs have: most others need not be read to see that they are none. */
function mayBeOlder(text: string): boolean {
  return text.length <= longestOlder && olderWord.test(text);
}

const olderWord =
  /^["']?(?:DEFAULTS?|TIER_\w+|HORIZONTAL_SCALING_GROUP_\w+|ASG_\w+|proxmox|default_(?:thresholds|limits)|servers|services|scaling|lxc|monitoring|runtime|container_config|vars|tasks)["']?[ \t]*:/mu;
