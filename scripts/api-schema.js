// npm run api-schema: holds every request that the gateway can send (method, path, names and types of parameters) against
// Proxmox VE's own description of its API: files pve-8.4.json and pve-9.1.json in the folder that PROXMOX_API_SCHEMAS names.
// Where there is none, it says so and is content.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, plainEnvironment, say, script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";
import { root } from "./lib/directories.js";

/**
 * @typedef {{ type?: string, optional?: number | boolean, enum?: string[], minimum?: number, maximum?: number,
 *   minLength?: number, maxLength?: number, pattern?: string, requires?: string }} Property
 * @typedef {{ parameters?: { properties?: Record<string, Property> } }} Call
 * @typedef {{ path: string, info?: Record<string, Call>, children?: Node[] }} Node
 * @typedef {{ method: string, path: string, parameters: [string, string][] }} Request
 */

const versions = /** @type {const} */ (["8.4", "9.1"]);

/** Sent on purpose to what the description does not have. @type {Readonly<Record<string, string>>} */
const expected = {
  "8.4 GET /nodes/{node}/lxc/{vmid}/migrate": "new in 9: the answer 501 says that this version can't tell",
  "8.4 GET /cluster/replication": "left out of the description at hand",
  "9.1 GET /cluster/replication": "left out of the description at hand",
};

/** @param {Node} node @returns {Generator<Node>} */
function* walk(node) {
  yield node;
  for (const child of node.children ?? []) yield* walk(child);
}

/** The call whose path fits, with the values in it. @param {readonly Node[]} nodes @param {Request} request */
function callOf(nodes, { method, path }) {
  const wanted = path.split("/");
  /** @type {{ template: string, call: Call, values: [string, string][] } | null} */
  let best = null;
  for (const node of nodes) {
    const call = node.info?.[method];
    const parts = node.path.split("/");
    if (call === undefined || parts.length !== wanted.length) continue;
    /** @type {[string, string][]} */
    const values = [];
    const fits = parts.every((part, index) => {
      const name = /^\{(.+)\}$/.exec(part)?.[1];
      if (name === undefined) return part === wanted[index];
      values.push([name, decodeURIComponent(wanted[index] ?? "")]);
      return true;
    });
    // A path that is spelled out says more than one with a placeholder.
    if (fits && (best === null || values.length < best.values.length)) best = { template: node.path, call, values };
  }
  return best;
}

/** @param {Property} property @param {string} value @returns {string | null} */
function faultOf(property, value) {
  const { type } = property;
  if (type === "boolean" && !/^[01]$/.test(value)) return `“${value}” is no boolean`;
  if (type === "integer" && !/^-?\d+$/.test(value)) return `“${value}” is no integer`;
  if (type === "number" && !/^-?\d+(\.\d+)?$/.test(value)) return `“${value}” is no number`;
  if (property.enum !== undefined && !property.enum.includes(value)) return `“${value}” is none of its values`;
  if (type === "integer" || type === "number") {
    if (property.minimum !== undefined && Number(value) < property.minimum) return `${value} is too small`;
    if (property.maximum !== undefined && Number(value) > property.maximum) return `${value} is too large`;
  }
  if (type === "string") {
    if (value.length > (property.maxLength ?? Infinity)) return "is too long";
    if (value.length < (property.minLength ?? 0)) return "is too short";
    // Perl's modifiers don't matter to what is sent here.
    const pattern = property.pattern?.replaceAll(/\(\?\^?[a-z]*:/g, "(?:");
    if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) return `“${value}” has another form`;
  }
  return null;
}

/** What is wrong with a request. @param {readonly Node[]} nodes @param {Request} request @param {string} version */
function faultsOf(nodes, request, version) {
  const found = callOf(nodes, request);
  if (found === null) {
    const template = request.path.replace(/^\/nodes\/[^/]+/, "/nodes/{node}").replace(/\/lxc\/\d+/, "/lxc/{vmid}");
    return `${version} ${request.method} ${template}` in expected ? [] : ["there is no such call"];
  }
  const properties = found.call.parameters?.properties ?? {};
  const given = new Map([...found.values, ...request.parameters]);
  const faults = [...given].flatMap(([name, value]) => {
    const property = properties[name] ?? properties[name.replace(/\d+$/, "[n]")];
    if (property === undefined) return [`${name} is no parameter of it`];
    const fault = faultOf(property, value);
    const without = property.requires !== undefined && !given.has(property.requires) ? property.requires : null;
    return [
      ...(fault === null ? [] : [`${name}: ${fault}`]),
      ...(without === null ? [] : [`${name} needs ${without}`]),
    ];
  });
  const missing = Object.entries(properties).filter(([name, { optional }]) => !optional && !given.has(name));
  return [...faults, ...missing.map(([name]) => `${name} is missing`)];
}

/** @param {string} file @returns {unknown} */
function read(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

await script(async () => {
  const schemas = process.env["PROXMOX_API_SCHEMAS"] ?? "";
  if (schemas === "" || !versions.every((version) => existsSync(join(schemas, `pve-${version}.json`)))) {
    say(
      "Proxmox's description of its API is not at hand (PROXMOX_API_SCHEMAS): the requests were not held against it.",
    );
    return;
  }
  await ensureDependencies();
  const folder = mkdtempSync(join(tmpdir(), "api-requests-"));
  try {
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const { code } = await attempt(process.execPath, [vitest, "run", "test/proxmox/requests.test.ts"], {
      cwd: root,
      seconds: 300,
      quiet: true,
      environment: plainEnvironment({ API_REQUESTS_FOLDER: folder }),
    });
    if (code !== 0) throw new Error("the requests could not be collected: see test/proxmox/requests.test.ts");
    for (const version of versions) {
      const tree = /** @type {Node | Node[]} */ (read(join(schemas, `pve-${version}.json`)));
      const nodes = [tree].flat().flatMap((node) => [...walk(node)]);
      const requests = /** @type {Request[]} */ (read(join(folder, `${version}.json`)));
      const wrong = new Set();
      const calls = new Set();
      for (const request of requests) {
        calls.add(`${request.method} ${callOf(nodes, request)?.template ?? request.path}`);
        for (const fault of faultsOf(nodes, request, version)) wrong.add(`${request.method} ${request.path}: ${fault}`);
      }
      for (const line of wrong) say(`✗ Proxmox VE ${version}: ${line}`);
      if (wrong.size > 0) process.exitCode = 1;
      else say(`${requests.length} requests of ${calls.size} calls are as Proxmox VE ${version} describes them.`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
