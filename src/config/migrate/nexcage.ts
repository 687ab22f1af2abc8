import { nodeAddress } from "./connection.js";
import type { Field, Ledger, Section } from "./ledger.js";
import { comment, has, set } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import { count, readValues } from "./values.js";
import type { Values } from "./values.js";

/** What each part of the file is about, for what takes its place. */
const parts: Readonly<Record<string, string>> = {
  runtime: "It is about running containers, which is left to Proxmox VE.",
  container_config: "It is about choosing a runtime; containers of Proxmox VE have one.",
  storage: "Nothing is made on a storage by scaling.",
  zfs: "Nothing is made on a storage by scaling.",
  network: "The network of a container is left as it is; a group has `network: { bridge: … }`.",
  networking: "The network of a container is left as it is; a group has `network: { bridge: … }`.",
  security: "What a container may do is left as it is.",
};

/** Translates the connection of nexcage (both variants of its JSON); nothing in it is about sizes. */
export function migrateNexcage(ledger: Ledger, file: NewMap): readonly string[] {
  const { root } = ledger;
  const values = readValues(ledger, "anywhere");
  set(file, "version", 1);
  set(file, "mode", "recommend");
  const proxmox = root.section("proxmox");
  if (proxmox !== null) {
    const legacy = proxmox.section("legacy_api");
    writeAddresses(ledger, values, file, legacy ?? proxmox, proxmox.take("node"));
    proxmox.know("hosts", "port", "token", "verify_ssl", "node_cache_duration", "legacy_api");
    ledger.idle(proxmox.take("pct_path"), "This program talks to the API of Proxmox VE, not to `pct`.");
    ledger.idle(proxmox.take("timeout"), "The limit of a request is an option here: `--timeout` or PROXMOX_TIMEOUT.");
    ledger.idle(proxmox.take("node_cache_duration"), "Nodes are read with everything else, once an `interval`.");
  }
  for (const [key, message] of Object.entries(parts)) leaveOut(ledger, root, key, message);
  return [
    "The older program runs containers and does not scale them: only its connection could be carried over. Add policies, or",
    "let `lxc-autoscaler init` propose them from what is there.",
  ];
}

function leaveOut(ledger: Ledger, parent: Section, key: string, message: string): void {
  const section = parent.section(key);
  if (section === null) ledger.leftOut(parent.take(key), message);
  else for (const name of section.keys()) ledger.leftOut(section.take(name), message);
}

function writeAddresses(ledger: Ledger, values: Values, file: NewMap, section: Section, node: Field | null): void {
  const hostsField = section.take("hosts") ?? section.take("host");
  const portField = section.take("port");
  const port = values.figure(portField, 8006, { least: 1, most: 65_535, whole: true, noun: "a port" });
  const urls =
    hostsField === null
      ? []
      : values.texts(hostsField).flatMap((host) => nodeAddress(ledger, host, count(port), hostsField) ?? []);
  const [url, ...others] = [...new Set(urls)];
  if (url !== undefined) {
    set(file, "connection.url", url, hostsField?.comments ?? []);
    if (others.length > 0) set(file, "connection.alsoTry", others);
    ledger.carried(hostsField, "connection.url", ...(others.length > 0 ? ["connection.alsoTry"] : []));
    ledger.carried(port.field, "connection.url");
  } else ledger.leftOut(port.field, "A port without a host leads nowhere.");
  const token = section.take("token");
  const secret = values.secret(token, "PROXMOX_TOKEN");
  if (secret !== null && token !== null) {
    set(file, "connection.token", secret, token.comments);
    const whole = token.node.kind === "scalar" && /^[^\s@!=]+@[^\s@!=]+![^\s@!=]+=\S+$/u.test(token.node.text);
    if (whole || secret !== "${env:PROXMOX_TOKEN}") ledger.carried(token, "connection.token");
    else
      comment(file, "connection.token", [
        ledger.changed(
          token,
          "connection.token",
          "A token is written `user@realm!name=secret` here; the older file has another form of it.",
        ),
      ]);
  }
  const verify = section.take("verify_ssl");
  if (verify !== null) {
    const verified = values.truth(verify, true);
    if (!ledger.isSettled(verify)) {
      if (verified) ledger.idle(verify, "Certificates are always verified here.");
      else {
        const message =
          "Certificates are always verified here. Of a self-signed one give the SHA-256 as `fingerprint`, or its authority as `ca`.";
        ledger.leftOut(verify, message);
        if (has(file, "connection")) comment(file, "connection", [message]);
      }
    }
  }
  ledger.idle(section.take("node_cache_duration"), "Nodes are read with everything else, once an `interval`.");
  const name = values.text(node);
  if (name !== null && node !== null)
    ledger.idle(
      node,
      `All nodes of the cluster are seen; to keep a policy to this one: \`match: { nodes: [${name}] }\`.`,
    );
}
