import { formatSize } from "../../model/index.js";
import type { Container, Inventory, Node } from "../../model/index.js";
import type { LayerFile } from "../layers.js";
import type { Span } from "../document.js";
import { placedSettings } from "../layer-places.js";
import type { PlacedSetting } from "../layer-places.js";
import { compileMatch } from "../match.js";
import { mergeLayers } from "../merge.js";
import type { Merged } from "../merge.js";
import type { Match } from "../settings.js";
import { replacing } from "../remedy.js";
import type { Remedy } from "../remedy.js";
import type { CheckContext } from "./context.js";
import { checkUnlessClean, noSettings } from "./context.js";

const matchedOf = new WeakMap<Inventory, WeakMap<Match, readonly Container[]>>();

/** The containers of an inventory that a match holds of: looked for once. */
function matchedBy(match: Match, inventory: Inventory): readonly Container[] {
  const known = matchedOf.get(inventory) ?? new WeakMap<Match, readonly Container[]>();
  matchedOf.set(inventory, known);
  const before = known.get(match);
  if (before !== undefined) return before;
  const matcher = compileMatch(match);
  const matched = inventory.containers.filter((container) => matcher.all(container));
  known.set(match, matched);
  return matched;
}

/** Checks that need to know what there is. */
export function checkInventory(context: CheckContext, inventory: Inventory): void {
  const { file, places } = context;
  // No containers at all usually means no privileges, and then nothing can be said.
  if (inventory.containers.length === 0) return;
  const owners = [
    ...(file.defaults?.match === undefined
      ? []
      : [{ word: "`defaults.match`", entry: file.defaults, match: file.defaults.match }]),
    ...(file.policies ?? []).map((entry) => ({ word: "This policy", entry, match: entry.match })),
    ...(file.schedules ?? []).map((entry) => ({ word: "This schedule", entry, match: entry.match })),
  ];
  const base = [...context.below, file.defaults ?? noSettings].map((one) => placedSettings(one, "defaults", places));
  const lowest = context.settled.again("base of inventory", base, () =>
    mergeLayers(base.map((settings) => ({ origin: "defaults", settings }))),
  );
  const clean = context.settled.clean("inventory", [inventory, lowest]);
  for (const { word, entry, match } of owners) {
    checkUnlessClean(context, clean, entry, () => {
      const containers = matchedBy(match, inventory);
      const lists = [match.vmids, match.names, match.tags, match.nodes, match.pools];
      if (lists.some((list) => list !== undefined && !places.isComplete(list))) return;
      if (containers.length === 0) {
        context.report(
          "matches-nothing",
          places.key(entry, "match"),
          `${word} matches none of the ${inventory.containers.length} containers there are.`,
        );
      } else {
        checkReach(context, inventory, entry === file.defaults ? null : entry, lowest, containers);
      }
    });
  }
  for (const { template } of file.groups ?? []) {
    if (inventory.containers.some(({ vmid }) => vmid === template.vmid)) continue;
    context.report("matches-nothing", places.value(template, "vmid"), `There is no container ${template.vmid}.`);
  }
}

/** Sets a bound to the most there is. */
function lowering(span: Span | null, bound: string, text: string): readonly Remedy[] {
  return span === null ? [] : [replacing(span, text, `Change “${bound}” to ${text}`)];
}

/** Bounds that no node of these containers, or their own cpulimit, lets be reached. `layer` is laid over the lowest ones. */
function checkReach(
  { places, report }: CheckContext,
  inventory: Inventory,
  layer: LayerFile | null,
  lowest: Merged<PlacedSetting>,
  containers: readonly Container[],
): void {
  const own = layer === null ? [] : [{ origin: "own", settings: placedSettings(layer, "own", places) }];
  const merged = mergeLayers(own, lowest);
  const names = new Set(containers.map(({ node }) => node));
  const nodes = inventory.nodes.filter(({ name }) => names.has(name));
  const spanOf = (path: string): Span | null => merged.get(path)?.place.value ?? null;
  const numberOf = (path: string): number | null => {
    const value = merged.get(path)?.value;
    return typeof value === "number" ? value : null;
  };
  const largest = (of: (node: Node) => number | null): number | null => {
    const sizes = nodes.map(of);
    return sizes.length === 0 || sizes.includes(null) ? null : Math.max(...sizes.map(Number));
  };
  const cores = largest((node) => node.cores);
  const memory = largest((node) => (node.memoryLimit === null ? null : node.memoryLimit / 1024 / 1024));
  for (const bound of ["min", "max", "fixed"]) {
    const wantedCores = numberOf(`cpu.${bound}`);
    if (wantedCores !== null && cores !== null && wantedCores > cores) {
      report(
        "unreachable-bound",
        spanOf(`cpu.${bound}`),
        `No node of the matching containers has more than ${cores} cores.`,
        lowering(spanOf(`cpu.${bound}`), bound, String(cores)),
      );
    }
    const wantedMemory = numberOf(`memory.${bound}`);
    if (wantedMemory !== null && memory !== null && wantedMemory > memory) {
      const message = `No node of the matching containers has more than ${formatSize(Math.floor(memory))} of memory.`;
      const span = spanOf(`memory.${bound}`);
      report("unreachable-bound", span, message, lowering(span, bound, formatSize(Math.floor(memory))));
    }
  }
  const max = numberOf("cpu.max");
  if (merged.get("cpu.resource")?.value === "cpulimit") return;
  const limits = containers.map(({ configuration }) => configuration?.cpulimit ?? 0);
  // A cpulimit of 0 is none.
  if (limits.includes(0) || limits.length === 0) return;
  const most = Math.max(...limits);
  const growth = spanOf("cpu.scaleUp.above") ?? spanOf("cpu.scaleUp") ?? spanOf("cpu.target");
  const heldBack = containers.every(
    ({ configuration }) => (configuration?.cores ?? 0) >= (configuration?.cpulimit ?? 0),
  );
  if (max === null && growth !== null && heldBack) {
    const message =
      "Every matching container has a cpulimit no larger than its cores: reaching this, more cores bring nothing. Manage it with `resource: cpulimit`, or lift it.";
    report("unreachable-bound", growth, message);
  }
  if (max !== null && Math.ceil(most) < max) {
    const message = `Every matching container has a cpulimit, of ${most} at most: more cores than that bring nothing. Manage it with \`resource: cpulimit\`, or lift it.`;
    report(
      "unreachable-bound",
      spanOf("cpu.max"),
      message,
      lowering(spanOf("cpu.max"), "max", String(Math.ceil(most))),
    );
  }
}
