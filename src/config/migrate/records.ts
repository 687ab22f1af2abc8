import type { Field, Ledger, Section } from "./ledger.js";
import { append, comment, newMap, set } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import { count, readValues, size } from "./values.js";
import type { Figure, Values } from "./values.js";

const cores = { least: 1, most: 8192, whole: true, noun: "a number of cores" };
const megabytes = { least: 16, most: 64 * 1024 * 1024, noun: "a number of megabytes" };

function vmidOf(text: string): number | null {
  const vmid = /^\d{3,9}$/u.test(text) ? Number(text) : Number.NaN;
  return vmid >= 100 ? vmid : null;
}

/** A policy that holds a container at a size. */
function fixedPolicy(
  ledger: Ledger,
  file: NewMap,
  name: string,
  vmid: number,
  sizes: { readonly cpu: Figure | null; readonly memory: Figure | null },
): NewMap {
  const policy = newMap();
  set(policy, "name", name);
  set(policy, "match.vmids", [vmid]);
  const path = `policies[${append(file, "policies", policy)}]`;
  if (sizes.cpu !== null) {
    set(policy, "cpu.fixed", count(sizes.cpu));
    ledger.carried(sizes.cpu.field, `${path}.cpu.fixed`);
  }
  if (sizes.memory !== null) {
    const whole = { ...sizes.memory, known: Math.ceil(sizes.memory.known) };
    set(policy, "memory.fixed", size(whole));
    if (whole.written === null && whole.known % 64 !== 0) set(policy, "memory.step", "1MiB");
    ledger.carried(sizes.memory.field, `${path}.memory.fixed`);
  }
  return policy;
}

/** Translates `<id>_backup.json`, the sizes of one container before the older program changed them. */
export function migrateBackup(ledger: Ledger, file: NewMap, name: string): readonly string[] {
  const { root } = ledger;
  const values = readValues(ledger, "anywhere");
  set(file, "version", 1);
  set(file, "mode", "recommend");
  const vmid = vmidOf(/(\d+)_backup(?:\.json)?$/u.exec(name)?.[1] ?? "");
  const cpu = values.optionalFigure(root.take("cores"), cores);
  const memory = values.optionalFigure(root.take("memory"), megabytes);
  if (vmid === null) {
    const message = "Which container these sizes are of stands in the name of the file alone: `101_backup.json`.";
    ledger.leftOut(cpu?.field ?? null, message);
    ledger.leftOut(memory?.field ?? null, message);
  } else fixedPolicy(ledger, file, `ct-${vmid}`, vmid, { cpu, memory });
  return [
    "The sizes a container had before the older program changed it. `apply` brings it back to them; what this program",
    "changes itself is taken back by `rollback`.",
  ];
}

/** Translates `boost_state.json`: the boosts that were running, and the sizes they began from. */
export function migrateBoostState(ledger: Ledger, file: NewMap): readonly string[] {
  const { root } = ledger;
  const values = readValues(ledger, "anywhere");
  set(file, "version", 1);
  set(file, "mode", "recommend");
  for (const key of root.keys()) {
    const vmid = vmidOf(key);
    const container = root.section(key);
    if (vmid === null || container === null) {
      ledger.leftOut(root.take(key), "This names no container.");
      continue;
    }
    const original = (resource: string, limits: typeof megabytes): Figure | null => {
      const boost = container.section(resource);
      if (boost === null) return null;
      const figure = values.optionalFigure(boost.take("original"), limits);
      for (const one of ["boosted", "factor", "boosted_at", "duration"])
        ledger.idle(
          boost.take(one),
          "A boost of the older program is not gone on with: the container goes back to the size before it.",
        );
      return figure;
    };
    fixedPolicy(ledger, file, `ct-${vmid}`, vmid, {
      cpu: original("cpu", { ...cores, least: 0.01 }),
      memory: original("memory", megabytes),
    });
  }
  return [
    "The sizes containers had before boosts of the older program that were still running. `apply` brings them back.",
  ];
}

/** Translates nexcage's `mapping.json`, names to CT ids: one policy for each name. */
export function migrateMapping(ledger: Ledger, file: NewMap): readonly string[] {
  const values = readValues(ledger, "anywhere");
  set(file, "version", 1);
  set(file, "mode", "recommend");
  const inside = ledger.root.section("containers") ?? ledger.root.section("mapping") ?? ledger.root;
  for (const key of inside.keys()) writeMapped(ledger, values, file, inside, key);
  return [
    "Containers under the names of the older program. Give them settings, or `defaults`: without any nothing is decided.",
  ];
}

function writeMapped(ledger: Ledger, values: Values, file: NewMap, inside: Section, key: string): void {
  const own = inside.section(key);
  const field: Field | null = own === null ? inside.take(key) : (own.take("vmid") ?? own.take("id"));
  const vmid = values.vmid(field);
  if (vmid === null || field === null) {
    if (own === null) ledger.leftOut(inside.take(key), "This names no container.");
    return;
  }
  const policy = newMap();
  set(policy, "name", key === "" ? `ct-${vmid}` : key);
  set(policy, "match.vmids", [vmid]);
  ledger.carried(field, `policies[${append(file, "policies", policy)}].match.vmids`);
  for (const one of own?.keys() ?? []) {
    const rest = own?.take(one) ?? null;
    if (rest !== null && !ledger.isSettled(rest))
      ledger.idle(rest, "It is about the container itself, not about its size.");
  }
  comment(policy, "match", field.comments);
}
