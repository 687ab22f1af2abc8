/** Addresses as they stand in the file: recognised strictly, never looked up. */

/** An IPv4 address as a number, or `null`. Leading zeros are refused, because some programs read them as octal. */
export function parseAddress(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/u.exec(text);
  if (match === null) return null;
  let address = 0;
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith("0"))) return null;
    address = address * 256 + Number(part);
  }
  return address;
}

/** Addresses of a pool, as numbers; both ends belong to it. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
  /** Bits of the network part. */
  readonly prefix: number;
}

/** Reads `192.0.2.10-192.0.2.20/24` or `192.0.2.10/24`; gives what is wrong otherwise. */
export function parsePool(text: string): AddressRange | string {
  const match = /^([^-/]+)(?:-([^-/]+))?\/(\d{1,2})$/u.exec(text);
  if (match === null)
    return "An entry of a pool is `first-last/prefix` or `address/prefix`, such as `192.0.2.10-192.0.2.20/24`.";
  const [, from = "", to = from, bits = ""] = match;
  const first = parseAddress(from);
  const last = parseAddress(to);
  if (first === null) return `\`${from}\` is no IPv4 address.`;
  if (last === null) return `\`${to}\` is no IPv4 address.`;
  const prefix = Number(bits);
  if (prefix < 1 || prefix > 32) return `A prefix is 1 to 32, not ${bits}.`;
  if (last < first) return `The first address, ${from}, is after the last, ${to}.`;
  const network = 2 ** (32 - prefix);
  if (Math.floor(first / network) !== Math.floor(last / network)) {
    return `${from} and ${to} are not in one network of /${bits}.`;
  }
  return { first, last, prefix };
}

/** True for a host name, an IPv4 address, or an IPv6 address in brackets. */
function isHost(text: string): boolean {
  if (text.startsWith("[")) {
    return URL.canParse(`https://${text}/`);
  }
  if (/^[\d.]+$/u.test(text)) return parseAddress(text) !== null;
  return /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?$/u.test(
    text,
  );
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/u.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function splitPort(text: string): readonly [string, string | null] {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/u.exec(text);
  return match === null ? [text, null] : [match[1] ?? "", match[2] ?? null];
}

/** What is wrong with the address of a Proxmox node, and what was probably meant; `null`: nothing. */
export function endpointProblem(text: string): { readonly message: string; readonly suggestion?: string } | null {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//u.exec(text)?.[1];
  if (scheme === undefined) {
    const suggestion = `https://${text}`;
    const message = "The address of a node begins with `https://`, such as `https://pve1.example:8006`.";
    return endpointProblem(suggestion) === null ? { message, suggestion } : { message };
  }
  const rest = text.slice(scheme.length + 3);
  if (scheme !== "https") {
    const message = `Proxmox VE answers to https only, not to ${scheme}.`;
    return scheme === "http" ? { message, suggestion: `https://${rest}` } : { message };
  }
  const slash = rest.search(/[/?#]/u);
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const tail = slash === -1 ? "" : rest.slice(slash);
  if (authority.includes("@")) return { message: "User and password do not belong into the address; use `token`." };
  const [host, port] = splitPort(authority);
  if (!isHost(host))
    return { message: host === "" ? "The address has no host." : `\`${host}\` is no host name or address.` };
  if (port !== null && !isPort(port)) return { message: `A port is a number from 1 to 65535, not \`${port}\`.` };
  if (tail !== "" && tail !== "/") {
    return { message: "Only the host and port of the node belong here, no path.", suggestion: `https://${authority}` };
  }
  return null;
}

/** What is wrong with `host:port` to listen on; `null`: nothing. */
export function listenProblem(text: string): string | null {
  const [host, port] = splitPort(text);
  if (port === null) return "An address to listen on is `host:port`, such as `127.0.0.1:9808`.";
  if (!isHost(host))
    return host === ""
      ? "The address has no host; `0.0.0.0` is all interfaces."
      : `\`${host}\` is no host name or address.`;
  return isPort(port) ? null : `A port is a number from 1 to 65535, not \`${port}\`.`;
}

/** What is wrong with a web address; `null`: nothing. */
export function webAddressProblem(text: string): string | null {
  if (!/^https?:\/\//u.test(text)) return "A web address begins with `https://`.";
  if (/\s/u.test(text) || !URL.canParse(text)) return `\`${text}\` is no web address.`;
  return null;
}

/**
 * True where a plain connection stays on this machine or in its own network: loopback, private (RFC 1918), unique local
 * (RFC 4193) and link-local addresses, and names that no public authority signs for (RFC 6762, RFC 8375, RFC 9476 and names
 * without a dot). A Gotify beside the host has no certificate, and nobody would gain by being told so.
 */
export function isLocal(webAddress: string): boolean {
  const host = URL.canParse(webAddress) ? new URL(webAddress).hostname : "";
  return (
    /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\./u.test(host) ||
    /^\[(?:::1\]|f[cd]|fe[89ab])/u.test(host) ||
    /^[^.[\]]+$|\.(?:local|lan|home\.arpa|internal|alt)$/u.test(host)
  );
}
