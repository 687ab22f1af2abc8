import { isIP, isIPv6 } from "node:net";

/** Where a Proxmox VE API listens. */
export interface Endpoint {
  /** Without brackets, also for IPv6. */
  readonly host: string;
  readonly port: number;
  /** `host:port` for people, IPv6 in brackets. */
  readonly name: string;
  /** `https://host:port`, without a slash at the end. */
  readonly url: string;
}

export type EndpointResult =
  | { readonly ok: true; readonly endpoint: Endpoint }
  /** One sentence that says what is wrong with the text. */
  | { readonly ok: false; readonly problem: string };

/** The port of pveproxy. */
const defaultPort = 8006;

/**
 * Reads the address of a Proxmox VE host as people write it: `pve1`, `pve1:8006`,
 * `https://pve1.example:8006/`, `192.0.2.1`, `[2001:db8::1]:8006`, `2001:db8::1`.
 * The port is 8006 unless another is named.
 */
export function parseEndpoint(text: string): EndpointResult {
  const trimmed = text.trim();
  if (trimmed === "") return wrong("The address is empty: write something like pve1.example:8006.");
  if (/^http:\/\//iu.test(trimmed)) {
    return wrong(`Proxmox VE is only reached by HTTPS: write https://${trimmed.slice(7)}.`);
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//iu.exec(trimmed)?.[1];
  if (scheme !== undefined && scheme.toLowerCase() !== "https") {
    return wrong(`“${scheme}://” is not a way to reach Proxmox VE: write https://host:8006.`);
  }
  const rest = trimmed.replace(/^https:\/\//iu, "");
  if (rest.includes("@")) {
    // Not repeated: what stands before the sign may be a password.
    return wrong(
      "The address holds a user name: credentials are given apart from it, the address is only host and port.",
    );
  }
  const [authority = "", ...path] = rest.split("/");
  if (path.some((part) => part !== "" && part !== "api2" && part !== "json") || /[?#]/u.test(rest)) {
    return wrong(`“${trimmed}” has a path: the address is only host and port, such as pve1.example:8006.`);
  }
  return readAuthority(authority, trimmed);
}

function readAuthority(authority: string, whole: string): EndpointResult {
  if (isIPv6(authority)) return right(authority, defaultPort);
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/u.exec(authority);
  if (match === null) {
    return wrong(`“${whole}” is no address: an IPv6 address with a port is written [2001:db8::1]:8006.`);
  }
  const [, bracketed, plain, portText] = match;
  if (bracketed !== undefined && !isIPv6(bracketed)) return wrong(`“${bracketed}” is not an IPv6 address.`);
  const host = (bracketed ?? plain ?? "").toLowerCase();
  if (host === "") return wrong(`“${whole}” has no host name: write something like pve1.example:8006.`);
  if (isIP(host) === 0 && !isHostName(host)) return wrong(`“${host}” is not a host name.`);
  if (portText === undefined) return right(host, defaultPort);
  const port = /^\d{1,5}$/u.test(portText) ? Number(portText) : 0;
  if (port < 1 || port > 65_535) {
    return wrong(`“${portText}” is not a port: it is a number from 1 to 65535, for Proxmox VE usually 8006.`);
  }
  return right(host, port);
}

/** Labels as in RFC 1123, underscores allowed because local resolvers do; no label of digits alone at the end. */
function isHostName(host: string): boolean {
  const labels = host.replace(/\.$/u, "").split(".");
  return (
    host.length <= 253 &&
    labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/u.test(label)) &&
    !/^\d+$/u.test(labels.at(-1) ?? "")
  );
}

function right(host: string, port: number): EndpointResult {
  const name = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return { ok: true, endpoint: { host, port, name, url: `https://${name}` } };
}

function wrong(problem: string): EndpointResult {
  return { ok: false, problem };
}
