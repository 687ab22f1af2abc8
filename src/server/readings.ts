import type { TextDocument } from "vscode-languageserver-textdocument";
import type { AutoscalerReading, Environment, ReadInclude } from "../config/index.js";
import type { Inventory } from "../model/index.js";
import { autoscalerKind, kindOf, type DocumentKind } from "./document-kind.js";
import { fileName } from "./file-name.js";
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
  readonly #readers = new Map<string, ReturnType<DocumentKind["createReader"]>>();
  #readInclude: ReadInclude | null = null;

  readonly #kinds: readonly DocumentKind[];

  constructor(environment: Environment, inventory: InventorySource, kinds: readonly DocumentKind[] = [autoscalerKind]) {
    this.#kinds = kinds;
    this.#environment = environment;
    this.#inventory = inventory;
  }

  of(document: TextDocument): AutoscalerReading {
    const inventory = this.#inventory.current();
    const kept = this.#kept.get(document.uri);
    if (kept?.version === document.version && kept.inventory === inventory) return kept.reading;
    // No `readFile`: a file from anywhere may be opened here, and must not make the server look at other files. What it
    // includes is read from folders that the client has named alone.
    // What is of no kind may be an older file: the reader of ours knows those.
    const kind = kindOf(document, this.#kinds) ?? autoscalerKind;
    const read = this.#readers.get(document.uri) ?? kind.createReader();
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
