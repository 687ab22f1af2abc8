import type { SchemaInfo } from "../config/index.js";

const types: Readonly<Record<string, string>> = {
  map: "map",
  list: "list",
  text: "text",
  path: "path of a file",
  choice: "choice",
  boolean: "`true` or `false`",
  integer: "whole number",
  number: "number",
  duration: "duration",
  size: "size of memory",
  percentage: "percentage",
  time: "time of day",
  timezone: "time zone",
  vmid: "CT id",
  vmids: "CT id or range",
  days: "day or range of days",
  endpoint: "address of a node",
  "web-address": "web address",
  token: "API token",
  fingerprint: "SHA-256 fingerprint",
  address: "IPv4 address",
  pool: "range of addresses",
  listen: "address and port",
  version: "version",
};

/** What kind of value a place takes, for people. */
export function typeInWords({ type, choices }: SchemaInfo): string {
  if (choices.length > 0 && choices.length <= 4) return choices.map(({ value }) => value).join(" | ");
  return types[type] ?? type;
}
