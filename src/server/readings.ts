import type { TextDocument } from "vscode-languageserver-textdocument";
import { createReader, type AutoscalerReading, type Environment, type ReadInclude } from "../config/index.js";
import type { Inventory } from "../model/index.js";
import type { InventorySource } from "./inventory-source.js";

interface Kept {
  readonly version: number;
  readonly inventory: Inventory | null;
  readonly reading: AutoscalerReading;
}

/** What each open document says: read once per version and inventory, shared by every feature. */
export class Readings {
  readonly #environment: Environment;
  readonly #inventory: InventorySource;
  readonly #kept = new Map<string, Kept>();
  /** Of each open document: a keystroke costs what it changes, not what there is. */
  readonly #readers = new Map<string, ReturnType<typeof createReader>>();
  #readInclude: ReadInclude | null = null;

  constructor(environment: Environment, inventory: InventorySource) {
    this.#environment = environment;
    this.#inventory = inventory;
  }

  of(document: TextDocument): AutoscalerReading {
    const inventory = this.#inventory.current();
    const kept = this.#kept.get(document.uri);
    if (kept?.version === document.version && kept.inventory === inventory) return kept.reading;
    // No `readFile`: a file from anywhere may be opened here, and must not make the server look at other files. What it
    // includes is read from folders that the client has named alone.
    const read = this.#readers.get(document.uri) ?? createReader();
    this.#readers.set(document.uri, read);
    const reading = read(document.getText(), {
      file: fileName(document.uri),
      environment: this.#environment,
      ...(inventory === null ? {} : { inventory }),
      ...(this.#readInclude === null ? {} : { readInclude: this.#readInclude }),
    });
    this.#kept.set(document.uri, { version: document.version, inventory, reading });
    return reading;
  }

  forget(uri: string): void {
    this.#kept.delete(uri);
    this.#readers.delete(uri);
  }

  /** From now on reads included files this way. */
  include(readInclude: ReadInclude): void {
    this.#readInclude = readInclude;
    this.#kept.clear();
  }

  /** True where a document names other files. */
  includes(document: TextDocument): boolean {
    return namesFiles(this.of(document));
  }
}

function namesFiles({ document, texts }: AutoscalerReading): boolean {
  return texts.size > 1 || /^\s*(?:include|holidays)\s*:/mu.test(document.text);
}

/** The path of a document's address; the address itself where it is no proper one. */
export function fileName(uri: string): string {
  try {
    return decodeURIComponent(new URL(uri).pathname);
  } catch {
    // Not an address, or broken percent signs: it still names the document.
    return uri;
  }
}
