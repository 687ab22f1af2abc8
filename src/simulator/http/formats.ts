import type { Parameter } from "./parameters.js";
import { splitList } from "./parameters.js";

/** The value formats of the API schema that matter here, each answering what is wrong, in Proxmox's words, or null. */
export const formats = {
  vmid: (value: string) => (/^[1-9]\d{2,8}$/u.test(value) ? null : "value does not look like a valid VM ID"),
  configurationId: (value: string) =>
    /^[a-z][a-z0-9_-]+$/iu.test(value) ? null : `invalid configuration ID '${value}'`,
  dnsName: (value: string) =>
    /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/u.test(value)
      ? null
      : "value does not look like a valid DNS name",
  tagList: (value: string) =>
    splitList(value).every((tag) => /^[a-z0-9_][a-z0-9_\-+.]*$/iu.test(tag)) ? null : "invalid characters in tag",
  startupOrder: (value: string) =>
    value.split(",").every((part) => /^(?:(?:order=)?\d+|up=\d+|down=\d+)$/u.test(part.trim()))
      ? null
      : "unable to parse startup options",
  userId: (value: string) =>
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9._-]+$/u.test(value) ? null : `value '${value}' does not look like a valid user name`,
  taskStatusList: (value: string) => {
    const wrong = splitList(value).find((status) => !["ok", "error", "warning", "unknown"].includes(status));
    return wrong === undefined ? null : `invalid status '${wrong}'`;
  },
  addressList: (value: string) => {
    const wrong = splitList(value).find((item) => item !== "host" && !/^[0-9a-fA-F.:]+(?:%\w+)?$/u.test(item));
    return wrong === undefined ? null : "value is not a valid IP address";
  },
} as const;

/**
 * A property string such as `volume=…,size=…`: every part needs a key unless there is a default one,
 * no key may come twice.
 */
export function propertyString(options: { readonly defaultKey: string | null; readonly keys: readonly string[] }) {
  return (value: string): string | null => {
    const seen = new Set<string>();
    for (const part of value.split(",")) {
      const at = part.indexOf("=");
      const named = at > 0 && options.keys.includes(part.slice(0, at));
      if (at > 0 && !named && options.defaultKey === null) {
        return `format error\n${part.slice(0, at)}: property is not defined in schema and the schema does not allow additional properties`;
      }
      if (!named && options.defaultKey === null) return "value without key, but schema does not define a default key";
      const key = named ? part.slice(0, at) : (options.defaultKey ?? "");
      if (seen.has(key)) return `duplicate key in comma-separated list property: ${key}`;
      seen.add(key);
    }
    return null;
  };
}

export const vmidParameter: Parameter = {
  type: "integer",
  minimum: 100,
  maximum: 999_999_999,
  format: formats.vmid,
};

export const nodeParameter: Parameter = {
  type: "string",
  format: (value) =>
    /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/u.test(value) ? null : "value does not look like a valid node name",
};

export const flag: Parameter = { type: "boolean", optional: true };
export const optionalText: Parameter = { type: "string", optional: true };
