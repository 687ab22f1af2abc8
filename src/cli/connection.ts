import { resolveReference, type AutoscalerConfig } from "../config/index.js";
import { parseDuration } from "../model/index.js";
import { normalizeFingerprint, parseEndpoint, type ConnectionOptions, type Trust } from "../proxmox/index.js";
import { CommandFailure, exitCodes, usageFailure } from "./failure.js";
import { readReferencedFile } from "./input-file.js";
import type { SharedOptions } from "./context.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** A connection as it will be used, and what should be said about how it came about. */
export interface ResolvedConnection {
  readonly options: ConnectionOptions;
  readonly notes: readonly string[];
}

/** One place a setting may come from. `null` values are not given there. */
interface Source {
  /** True for the file alone: a flag or a variable is taken as it is. */
  readonly references: boolean;
  /** Completes "… in", for messages: `--url`, `PROXMOX_URL`, `connection.url`. */
  readonly name: (key: string) => string;
  readonly url: string | null;
  readonly alsoTry: readonly string[];
  readonly token: string | null;
  readonly tokenFile: string | null;
  readonly fingerprints: readonly string[];
  readonly ca: string | null;
  readonly timeout: string | null;
}

/**
 * Puts the connection together: flag beats environment beats the file's `connection:`. What goes together
 * is taken from one source whole: the address with its alternatives, the token with the token file,
 * the fingerprints with the authority. Nothing is connected to. Throws `CommandFailure`: wrong usage
 * for what can't be right, exit 3 for what is missing.
 */
export function resolveConnection(
  options: SharedOptions,
  environment: Environment,
  config: AutoscalerConfig | null,
): ResolvedConnection {
  refuseSsh(options, environment);
  const sources = [flags(options), variables(environment), ...(config === null ? [] : [block(config)])];
  const notes: string[] = [];
  if ((environment["PROXMOX_SSH"] ?? "") !== "") {
    notes.push("PROXMOX_SSH is set, but SSH is not part of this version yet: everything goes through the API.");
  }
  const resolve: Resolve = (source, key, text) =>
    source.references ? dereference(text, source.name(key), environment) : text;

  // What was mistyped is said before what is missing.
  const timeoutSeconds = resolveTimeout(sources);
  const trust = resolveTrust(sources, resolve, notes);
  const endpoints = resolveEndpoints(sources, resolve);
  const token = resolveToken(sources, resolve);
  return {
    options: {
      endpoints,
      trust,
      credentials: { kind: "token", token },
      ...(timeoutSeconds === null ? {} : { timeoutSeconds }),
    },
    notes,
  };
}

function flags(options: SharedOptions): Source {
  return {
    references: false,
    name: (key) => `--${key}`,
    url: options.url ?? null,
    alsoTry: [],
    token: options.token ?? null,
    tokenFile: options.tokenFile ?? null,
    fingerprints: split(options.fingerprint ?? []),
    ca: options.ca ?? null,
    timeout: options.timeout ?? null,
  };
}

function variables(environment: Environment): Source {
  // An empty variable is one that a shell or a CI system could not fill in: as good as not set.
  const read = (name: string): string | null => {
    const value = environment[name];
    return value === undefined || value === "" ? null : value;
  };
  const fingerprints = read("PROXMOX_FINGERPRINT");
  return {
    references: false,
    name: (key) => `PROXMOX_${key.replaceAll("-", "_").toUpperCase()}`,
    url: read("PROXMOX_URL"),
    alsoTry: [],
    token: read("PROXMOX_TOKEN"),
    tokenFile: read("PROXMOX_TOKEN_FILE"),
    fingerprints: fingerprints === null ? [] : split([fingerprints]),
    ca: read("PROXMOX_CA"),
    timeout: read("PROXMOX_TIMEOUT"),
  };
}

function block({ connection, unresolved }: AutoscalerConfig): Source {
  /** A setting whose reference is not set counts as absent in the typed file; here it has to be told from a missing one. */
  const reference = (key: string): string | null =>
    unresolved.find(({ path }) => path === `connection.${key}` || path.startsWith(`connection.${key}[`))?.reference ??
    null;
  return {
    references: true,
    name: (key) => `connection.${key}`,
    url: connection.url ?? reference("url"),
    alsoTry: connection.alsoTry ?? [],
    token: connection.token ?? reference("token"),
    tokenFile: null,
    fingerprints: connection.fingerprints ?? split([reference("fingerprint") ?? ""]),
    ca: connection.ca ?? reference("ca"),
    timeout: null,
  };
}

function split(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(",").map((part) => part.trim())).filter((part) => part !== "");
}

type Resolve = (source: Source, key: string, text: string) => string;

function dereference(text: string, setting: string, environment: Environment): string {
  const resolved = resolveReference(text, environment, readReferencedFile);
  if ("missing" in resolved) {
    throw new CommandFailure(exitCodes.connection, `${setting} refers to ${resolved.missing}, which is not set.`);
  }
  return resolved.value;
}

function resolveEndpoints(sources: readonly Source[], resolve: Resolve): readonly string[] {
  const source = sources.find(({ url }) => url !== null);
  if (source?.url === undefined || source.url === null) {
    throw new CommandFailure(
      exitCodes.connection,
      "There is no Proxmox VE address to connect to.",
      "Give one with --url https://pve1.example:8006, with PROXMOX_URL, or with connection.url in the file.\n" +
        "Without a cluster at hand: lxc-autoscaler simulate",
    );
  }
  const read = (text: string, key: string): string => {
    const setting = source.name(key);
    const result = parseEndpoint(resolve(source, key, text));
    if (!result.ok) throw usageFailure(`${setting}: ${result.problem}`);
    return result.endpoint.url;
  };
  return [read(source.url, "url"), ...source.alsoTry.map((text) => read(text, "alsoTry"))];
}

function resolveToken(sources: readonly Source[], resolve: Resolve): string {
  const source = sources.find(({ token, tokenFile }) => token !== null || tokenFile !== null);
  if (source === undefined) {
    throw new CommandFailure(
      exitCodes.connection,
      "There is no API token to log in with.",
      "Set PROXMOX_TOKEN to user@realm!name=secret, or name a file that holds it: --token-file <file>.\n" +
        "To create one, on the node: pveum user token add root@pam autoscaler --privsep 0",
    );
  }
  if (source.token !== null && source.tokenFile !== null) {
    throw usageFailure(`Give either ${source.name("token")} or ${source.name("token-file")}, not both.`);
  }
  const setting = source.name(source.token === null ? "token-file" : "token");
  let token: string;
  if (source.token !== null) token = resolve(source, "token", source.token).trim();
  else {
    const text = readReferencedFile(source.tokenFile ?? "");
    if (text === null) throw usageFailure(`${setting}: ${source.tokenFile ?? ""} can't be read.`);
    token = text.trim();
  }
  // The text itself is never repeated: a part of it may be the secret.
  if (!/^[^\s@!=]+@[^\s@!=]+![^\s=]+=[^\s=]+$/u.test(token)) {
    throw usageFailure(`${setting} does not hold a token of the form user@realm!name=secret.`);
  }
  return token;
}

function resolveTrust(sources: readonly Source[], resolve: Resolve, notes: string[]): Trust {
  const source = sources.find(({ fingerprints, ca }) => fingerprints.length > 0 || ca !== null);
  if (source === undefined) return { kind: "system" };
  if (source.fingerprints.length > 0) {
    if (source.ca !== null) {
      notes.push(
        `Both ${source.name("fingerprint")} and ${source.name("ca")} are given: the fingerprint alone decides.`,
      );
    }
    const fingerprints = source.fingerprints.map((text) => {
      const value = resolve(source, "fingerprint", text);
      const normal = split([value]).map(normalizeFingerprint);
      if (normal.length === 0 || normal.some((one) => one === null)) {
        throw usageFailure(
          `${source.name("fingerprint")}: “${value}” is not a SHA-256 fingerprint, 32 pairs of hexadecimal digits such as AA:BB:….`,
        );
      }
      return normal.filter((one) => one !== null);
    });
    return { kind: "fingerprints", fingerprints: fingerprints.flat() };
  }
  const path = resolve(source, "ca", source.ca ?? "");
  const pem = readReferencedFile(path);
  if (pem === null) throw usageFailure(`${source.name("ca")}: ${path} can't be read.`);
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) {
    throw usageFailure(`${source.name("ca")}: ${path} holds no certificate in PEM form.`);
  }
  return { kind: "authority", pem };
}

function resolveTimeout(sources: readonly Source[]): number | null {
  const source = sources.find(({ timeout }) => timeout !== null);
  if (source?.timeout === undefined || source.timeout === null) return null;
  const text = source.timeout.trim();
  const seconds = /^\d+$/u.test(text) ? Number(text) : parseDuration(text);
  if (seconds === null || seconds < 1 || seconds > 3600) {
    throw usageFailure(`${source.name("timeout")}: “${text}” is not a time from 1s to 1h, such as 30s.`);
  }
  return seconds;
}

/** Options of a way that this version does not have are refused, never ignored. */
function refuseSsh(options: SharedOptions, environment: Environment): void {
  const [given] = [
    options.ssh === undefined ? [] : "--ssh",
    options.sshKey === undefined ? [] : "--ssh-key",
    options.sshHostKey === undefined ? [] : "--ssh-host-key",
  ].flat();
  if (given !== undefined) {
    throw usageFailure(`${given}: SSH is not available yet in this version; leave it out to use the API.`);
  }
  const [name, transport] =
    options.transport === undefined
      ? (["PROXMOX_TRANSPORT", environment["PROXMOX_TRANSPORT"]] as const)
      : (["--transport", options.transport] as const);
  if (transport === "ssh" || transport === "local") {
    throw usageFailure(`${name}: “${transport}” is not available yet in this version; use “api” or “auto”.`);
  }
  if (transport !== undefined && transport !== "" && transport !== "api" && transport !== "auto") {
    throw usageFailure(`${name}: “${transport}” is none of auto, api, ssh, local.`);
  }
}
