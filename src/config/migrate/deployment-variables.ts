import { nodeAddress } from "./connection.js";
import { aboutSection } from "./layer.js";
import type { Field, Ledger, Section } from "./ledger.js";
import { append, newMap, set } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import { readValues, count, size } from "./values.js";
import type { Values } from "./values.js";

const deployed = "It is about making the container, not about its size; it belongs into a deployment.";

/** Variables of the scripts for a container, without `PROXMOX_CONTAINER_`. */
const containerKeys: Readonly<Record<string, string>> = {
  DISK: "The size of its disk belongs into a deployment; `rootfs: { max: … }` lets it grow.",
  IP: deployed,
  GATEWAY: deployed,
  STORAGE: deployed,
  TEMPLATE: deployed,
  BRIDGE: deployed,
};

/** Translates the variables of the deployment scripts: environment, `.env.proxmox`, or the `vars` of a Taskfile. */
export function migrateDeploymentVariables(ledger: Ledger, file: NewMap): readonly string[] {
  const { root } = ledger;
  const values = readValues(ledger, "anywhere");
  set(file, "version", 1);
  set(file, "mode", "recommend");
  const sections = [root.section("vars"), root.section("env"), ...tasksOf(root)].filter((section) => section !== null);
  const all = sections.length === 0 ? [root] : sections;
  const take = (key: string): Field | null => {
    const found = all.map((section) => section.take(key));
    const [first = null, ...others] = found.filter((field) => field !== null);
    for (const other of others) ledger.idle(other, `\`${key}\` is given at ${first?.path ?? "another place"} too.`);
    return first;
  };
  const host = take("PROXMOX_HOST");
  const text = templated(ledger, values, host);
  const url = text === null || host === null ? null : nodeAddress(ledger, text, 8006, host);
  if (url !== null && host !== null) {
    set(file, "connection.url", url, host.comments);
    set(file, "connection.token", "${env:PROXMOX_TOKEN}", [
      ledger.changed(
        host,
        "connection.url",
        "The scripts went in over SSH. This program talks to the API: set PROXMOX_TOKEN to `user@realm!name=secret`.",
      ),
    ]);
    ledger.variable({ name: "PROXMOX_TOKEN", key: host.path, fromClearText: false });
  }
  ledger.leftOut(take("PROXMOX_SSH_KEY"), "This program talks to the API of Proxmox VE, not over SSH.");
  writeContainer(ledger, values, file, take);
  for (const key of ["ID", "HOSTNAME", "CORES", "MEMORY", "DISK_SIZE", "BRIDGE", "IP_MODE", "IP_ADDRESS", "GATEWAY"]) {
    ledger.leftOut(take(`PROXMOX_VM_${key}`), "It is about a virtual machine; this program scales containers.");
  }
  for (const key of ["IP_MODE", "IP_ADDRESS", "GATEWAY", "BRIDGE"]) ledger.leftOut(take(`PROXMOX_${key}`), deployed);
  for (const key of [
    "APP_DIR",
    "APP_ENV",
    "APP_DEBUG",
    "APP_LOG_LEVEL",
    "POSTGRES_DB",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "SECRET_KEY",
    "ALPHA_VANTAGE_API_KEY",
    "VM_DEFAULT_USER",
    "VM_DEFAULT_PASSWORD",
  ]) {
    ledger.leftOut(take(key), "It is about the application in the container, not about its size.");
  }
  if (sections.length > 0) restOfTaskfile(ledger, root);
  return [
    "The scripts made a container of one size and never changed it: its size is kept as `fixed`. Give `min`, `max` and a",
    "`target` in its place to have it scaled.",
  ];
}

/** The variables of single tasks, which are read like those of the file. */
function tasksOf(root: Section): readonly (Section | null)[] {
  const tasks = root.section("tasks");
  return (
    tasks?.keys().flatMap((name) => {
      const task = tasks.section(name);
      return task === null ? [] : [task.section("vars"), task.section("env")];
    }) ?? []
  );
}

function restOfTaskfile(ledger: Ledger, root: Section): void {
  root.know("vars", "env", "tasks");
  for (const key of root.keys()) {
    if (/^(?:vars|env|tasks)$/u.test(key)) continue;
    const field = root.take(key);
    if (key === "version" || key === "dotenv" || key === "silent") ledger.idle(field, "It is about Task itself.");
    else ledger.leftOut(field, "It is about Task, which this program does not read.");
  }
  const tasks = root.section("tasks");
  for (const name of tasks?.keys() ?? []) {
    const task = tasks?.section(name) ?? null;
    if (task === null) {
      ledger.leftOut(tasks?.take(name) ?? null, "Tasks are not part of an autoscaler file.");
      continue;
    }
    task.know("vars", "env");
    for (const key of task.keys()) {
      if (key !== "vars" && key !== "env") ledger.leftOut(task.take(key), "Tasks are not part of an autoscaler file.");
    }
  }
}

/** A text without the templates of Task: `{{.PROXMOX_HOST | default "root@proxmox"}}` is its default. */
function templated(ledger: Ledger, values: Values, field: Field | null): string | null {
  const text = values.text(field);
  if (text === null || field === null) return null;
  const template = /^\{\{(.*)\}\}$/su.exec(text.trim())?.[1];
  if (template === undefined) return text;
  const fallback = /default\s+["'`]?([^"'`}\s]+)/u.exec(template)?.[1];
  if (fallback !== undefined) return fallback;
  ledger.leftOut(field, "It is worked out by Task when it runs.");
  return null;
}

function numberIn(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/u.test(text.trim()) ? Number(text) : null;
}

function writeContainer(ledger: Ledger, values: Values, file: NewMap, take: (key: string) => Field | null): void {
  const idField = take("PROXMOX_CONTAINER_ID");
  const nameField = take("PROXMOX_CONTAINER_HOSTNAME");
  const memoryField = take("PROXMOX_CONTAINER_MEMORY");
  const coresField = take("PROXMOX_CONTAINER_CORES");
  for (const [key, message] of Object.entries(containerKeys)) ledger.leftOut(take(`PROXMOX_CONTAINER_${key}`), message);
  const idText = templated(ledger, values, idField);
  const name = templated(ledger, values, nameField);
  const vmid = idText?.includes("${") === true ? values.vmid(idField) : numberIn(idText);
  const known = typeof vmid === "string" || (vmid !== null && vmid >= 100 && vmid <= 999_999_999);
  if (idField !== null && !ledger.isSettled(idField) && !known) {
    ledger.mistake(idField, "bad-vmid", "CT ids are whole numbers from 100 to 999999999; this is not.");
  }
  if (!known && name === null) {
    for (const field of [memoryField, coresField])
      if (field !== null && !ledger.isSettled(field))
        ledger.leftOut(field, "The file does not say which container this is about.");
    return;
  }
  const policy = newMap();
  aboutSection(policy, idField);
  set(policy, "name", name ?? "container", nameField?.comments ?? []);
  if (known) set(policy, "match.vmids", [vmid]);
  else set(policy, "match.names", [name ?? "container"]);
  const path = `policies[${append(file, "policies", policy)}]`;
  if (known) ledger.carried(idField, `${path}.match.vmids`);
  ledger.carried(nameField, known ? `${path}.name` : `${path}.match.names`);
  for (const [field, key, limits] of [
    [coresField, "cpu.fixed", { least: 1, most: 8192, whole: true, noun: "a number of cores" }],
    [memoryField, "memory.fixed", { least: 16, most: 64 * 1024 * 1024, whole: true, noun: "a number of megabytes" }],
  ] as const) {
    const text = templated(ledger, values, field);
    if (text === null || field === null || ledger.isSettled(field)) continue;
    const figure = numberIn(text);
    const read = figure === null ? values.optionalFigure(field, limits) : { known: figure, written: null, field };
    if (read === null || read.known < limits.least || read.known > limits.most) {
      if (!ledger.isSettled(field)) ledger.mistake(field, "out-of-range", `Expected: ${limits.noun}.`);
      continue;
    }
    set(policy, key, key === "cpu.fixed" ? count(read) : size(read), field.comments);
    ledger.carried(field, `${path}.${key}`);
    if (key === "memory.fixed" && read.written === null && read.known % 64 !== 0) set(policy, "memory.step", "1MiB");
  }
}
