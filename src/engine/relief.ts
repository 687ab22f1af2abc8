import { mebibyte } from "../model/index.js";
import type { Container, Inventory } from "../model/index.js";
import { extra, leftOf, type Refused } from "./admission.js";
import type { SizeDraft } from "./draft.js";
import type { ReasonValues } from "./reasons.js";
import { because } from "./recommendation.js";
import { kindOf, type Place, type Rooms } from "./rooms.js";
import { larger } from "./sizes.js";
import { otherLimitOf } from "./subject.js";

type Relief = ReasonValues<"would-unblock">;
type Spare = Relief["spare"][number];
type Elsewhere = Relief["elsewhere"][number];

/** So many containers and places are named. */
const named = 3;

/**
 * Tells of each growth that found no room what would make some: containers of its node that hold more than they use, and
 * other nodes, or other storages of its node, that have room for all of it. Nothing is said where there is neither.
 */
export function tellWhatWouldUnblock(refused: readonly Refused[], inventory: Inventory, rooms: Rooms): void {
  const helper = new Helper(inventory, rooms);
  for (const { draft, wanted } of refused) {
    const { recommendation, subject } = draft;
    const { node, vmid } = subject.container;
    const resource = draft.kind === "disk" ? draft.subject.settings.volume : draft.subject.settings.resource;
    const holders = draft.kind === "disk" ? [] : helper.holders(draft);
    const spare = holders.filter((one) => one.vmid !== vmid).slice(0, named);
    const elsewhere =
      draft.kind === "disk"
        ? helper.storages(node, draft.subject.volume?.storage ?? null, wanted - recommendation.from)
        : helper.nodes(draft, wanted);
    if (spare.length === 0 && elsewhere.length === 0) continue;
    because(recommendation, "would-unblock", { resource, node, spare, elsewhere });
  }
}

/** Looks up what several refusals have in common once. */
class Helper {
  readonly #holders = new Map<string, readonly Spare[]>();
  readonly #nodes = new Map<"cpu" | "memory", readonly Elsewhere[]>();

  constructor(
    private readonly inventory: Inventory,
    private readonly rooms: Rooms,
  ) {}

  /** Running containers of the same node, managed or not, by how much more than they use they hold. */
  holders({ subject: { container, settings } }: SizeDraft): readonly Spare[] {
    const kind = kindOf(settings.resource);
    const key = `${container.node}/${kind}`;
    let found = this.#holders.get(key);
    if (found === undefined) {
      found = this.inventory.containers
        .filter(({ node, status, stale }) => node === container.node && status === "running" && !stale)
        .map((one) => ({ vmid: one.vmid, name: one.name, amount: spareOf(one, kind) }))
        .filter(({ amount }) => amount >= settings.step)
        .sort((a, b) => b.amount - a.amount || a.vmid - b.vmid)
        // The one that is refused may be among them.
        .slice(0, named + 1);
      this.#holders.set(key, found);
    }
    return found;
  }

  /** Other nodes that would have room for all that was wanted, the emptiest first. */
  nodes({ subject, recommendation: { from } }: SizeDraft, wanted: number): readonly Elsewhere[] {
    const kind = kindOf(subject.settings.resource);
    let found = this.#nodes.get(kind);
    if (found === undefined) {
      found = this.inventory.nodes
        .filter(({ status }) => status === "online")
        .map((node) => ({ name: node.name, free: freeOf(this.rooms.ofNode(node, kind)) }))
        .sort(byRoom);
      this.#nodes.set(kind, found);
    }
    return enoughFor(found, extra(from, wanted, otherLimitOf(subject)), subject.container.node);
  }

  /** Other storages of the node that would have. */
  storages(node: string, but: string | null, needed: number): readonly Elsewhere[] {
    // A folder of the node could not be grown on any of them.
    if (but === null) return [];
    const found = (this.inventory.storages ?? [])
      .filter((storage) => storage.node === node)
      .map((storage) => ({ name: storage.name, free: freeOf(this.rooms.ofStorage(storage)) }))
      .sort(byRoom);
    return enoughFor(found, needed, but);
  }
}

/** What a container holds and does not use, in cores or MiB; 0 where that is not known. */
function spareOf({ cpu, cores, memory, memoryLimit }: Container, kind: "cpu" | "memory"): number {
  if (kind === "cpu") return cpu === null || cores === null ? 0 : cores * (1 - cpu);
  return memory === null || memoryLimit === null ? 0 : (memoryLimit - memory) / mebibyte;
}

function freeOf(place: Place): number {
  return "growing" in place ? leftOf(place) : 0;
}

function byRoom(a: Elsewhere, b: Elsewhere): number {
  return b.free - a.free || a.name.localeCompare(b.name, "en", { numeric: true });
}

function enoughFor(places: readonly Elsewhere[], needed: number, but: string | null): readonly Elsewhere[] {
  return places.filter(({ name, free }) => name !== but && free > 0 && !larger(needed, free)).slice(0, named);
}
