import { deriveSeed, chance } from "./random.js";
import { goldenTemplate, roles, type Role } from "./roles.js";
import { gibibyte, type GuestSpec, type NodeSpec } from "./specification.js";

export interface PopulationOptions {
  /** 1 to 99. */
  readonly nodes: number;
  /** Everything with a vmid, the template included. */
  readonly containers: number;
  readonly seed: number;
  /** `demo` (the default): believable, one in trouble. `calm`: nobody in trouble. `rush`: every other web container is. */
  readonly scenario?: PopulationScenario;
}

export type PopulationScenario = "demo" | "calm" | "rush";

export interface Population {
  readonly nodes: readonly NodeSpec[];
  readonly guests: readonly GuestSpec[];
}

const firstVmid = 101;
const templateVmid = 900;
/** Below this a template would only be in the way. */
const fewest = 10;

/** A cluster and what lives in it: the same options give the same, value by value. */
export function createPopulation({ nodes, containers, seed, scenario = "demo" }: PopulationOptions): Population {
  const hosts = createNodes(nodes, containers, seed);
  const template = containers >= fewest;
  const counts = new Map<string, number>();
  const guests: GuestSpec[] = [];
  let vmid = firstVmid;
  for (let index = 0; index < containers - (template ? 1 : 0); index += 1) {
    const role = roles[index % roles.length] ?? goldenTemplate;
    const round = Math.floor(index / roles.length);
    if (vmid === templateVmid) vmid += 1;
    guests.push(createGuest(role, vmid, index, round, hosts, seed, scenario, counts));
    vmid += 1;
  }
  if (template) {
    const seedOfIt = deriveSeed(seed, templateVmid);
    guests.push({
      ...common(goldenTemplate, seedOfIt),
      vmid: templateVmid,
      node: nameOf(hosts, 0),
      name: "golden",
      status: "stopped",
      template: true,
      onboot: false,
    });
  }
  return { nodes: hosts, guests };
}

function createNodes(count: number, containers: number, seed: number): readonly NodeSpec[] {
  // A container takes about three quarters of a core and 1.3 GiB at its busiest.
  const each = Math.ceil(containers / Math.max(1, count));
  const cores = [8, 16, 32, 64, 128].find((size) => size >= each * 0.9) ?? 192;
  const memory = [32, 64, 128, 256, 512].find((size) => size >= each * 2.2) ?? 1024;
  return Array.from({ length: count }, (_, index): NodeSpec => {
    const name = `pve${index + 1}`;
    // The last node of a small cluster is the old one, with ZFS.
    if (count > 1 && index === count - 1)
      return { name, cores, memory: memory * gibibyte, arc: (memory / 8) * gibibyte };
    return { name, cores, memory: (chance(seed, index + 500) < 0.3 ? memory * 2 : memory) * gibibyte };
  });
}

function createGuest(
  role: Role,
  vmid: number,
  index: number,
  round: number,
  hosts: readonly NodeSpec[],
  seed: number,
  scenario: PopulationScenario,
  counts: Map<string, number>,
): GuestSpec {
  const own = deriveSeed(seed, vmid);
  const trouble = troubleOf(role, round, index, scenario);
  return {
    ...common(role, own),
    vmid,
    node: nameOf(hosts, index),
    name: nextName(role, counts),
    status: role.stopped === true ? "stopped" : "running",
    template: false,
    onboot: role.stopped !== true,
    ...(trouble === undefined ? {} : { atLeast: trouble }),
  };
}

function troubleOf(role: Role, round: number, index: number, scenario: PopulationScenario): GuestSpec["atLeast"] {
  if (scenario === "rush" && role.load === "web" && index % 2 === 1) return role.atLeast ?? { cpu: 1.3 };
  // In a large cluster the same trouble a hundred times would only be noise.
  if (scenario === "demo" && round % 10 === 0) return role.atLeast;
  return undefined;
}

function common(
  role: Role,
  seed: number,
): Omit<GuestSpec, "vmid" | "node" | "name" | "status" | "template" | "onboot"> {
  return {
    cores: role.cores,
    cpulimit: role.cpulimit,
    memory: role.memory,
    swap: role.swap,
    disk: role.disk,
    tags: role.tags.toSorted(),
    pool: role.pool,
    description: `${role.description}\n`,
    unprivileged: true,
    load: role.load,
    seed,
  };
}

function nextName(role: Role, counts: Map<string, number>): string {
  const number = (counts.get(role.name) ?? 0) + 1;
  counts.set(role.name, number);
  if (role.name.endsWith("-")) return `${role.name}${number}`;
  return number === 1 ? role.name : `${role.name}-${number}`;
}

function nameOf(hosts: readonly NodeSpec[], index: number): string {
  const host = hosts[index % hosts.length];
  if (host === undefined) throw new RangeError("a population needs at least one node");
  return host.name;
}
