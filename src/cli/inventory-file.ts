import type { Container, Inventory } from "../model/index.js";
import { usageFailure } from "./failure.js";
import { readInputFile } from "./input-file.js";
import type { StatusContainer, StatusDocument } from "./json/status.js";
import type { Surroundings } from "./surroundings.js";

/**
 * Reads an inventory from what `status --format json` printed. What that does not say (configurations, HA) is unknown in
 * it. A file of another form is wrong usage (exit 2).
 */
export async function readInventoryFile(path: string, { stdin, signal }: Surroundings): Promise<Inventory> {
  const text = await readInputFile(path, stdin, signal);
  const refuse = (): never => {
    throw usageFailure(
      `${path} is no inventory.`,
      "It is what this prints: lxc-autoscaler status --format json > status.json",
    );
  };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return refuse();
  }
  if (!isStatus(document)) return refuse();
  return {
    cluster: "",
    observedAt: 0,
    quorate: null,
    nodes: document.nodes.map(({ node, status, cpu, cores, memory, memoryLimit, uptime }) => ({
      name: node,
      status: status === "online" || status === "offline" ? status : "unknown",
      cpu,
      cores,
      memory,
      memoryLimit,
      memoryAvailable: null,
      uptime,
      fingerprint: null,
    })),
    containers: document.containers.map(containerOf),
    problems: document.problems.map(({ node, message }) => ({ node, message })),
  };
}

function containerOf(container: StatusContainer): Container {
  const { status, tags, pressure, ...figures } = container;
  return {
    ...figures,
    status: status === "running" || status === "stopped" || status === "paused" ? status : "unknown",
    tags: [...tags],
    haState: null,
    pressure: pressure ?? null,
    stale: false,
    configuration: null,
  };
}

function isStatus(value: unknown): value is StatusDocument {
  if (typeof value !== "object" || value === null) return false;
  const { nodes, containers, problems } = value as Readonly<Record<string, unknown>>;
  return isListOf(nodes, { node: "string" }) && isListOf(problems, { message: "string" }) && isContainers(containers);
}

function isContainers(value: unknown): boolean {
  if (!isListOf(value, { vmid: "number", name: "string", node: "string" })) return false;
  return value.every(({ tags, pool }) => Array.isArray(tags) && (pool === null || typeof pool === "string"));
}

function isListOf(
  value: unknown,
  types: Readonly<Record<string, string>>,
): value is readonly Readonly<Record<string, unknown>>[] {
  return (
    Array.isArray(value) &&
    value.every(
      (item: unknown) =>
        typeof item === "object" &&
        item !== null &&
        Object.entries(types).every(([key, type]) => typeof (item as Record<string, unknown>)[key] === type),
    )
  );
}
