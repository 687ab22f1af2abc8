import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import type { Diagnostic, PublishDiagnosticsParams } from "vscode-languageserver/node";
import type { Inventory } from "../model/index.js";
import { findFiles, isFile } from "./find-files.js";
import { isWithin, readTextFile } from "./include-reader.js";

export interface WorkspaceFilesOptions {
  /** True for the paths of files that are checked. */
  readonly isNamed: (path: string) => boolean;
  /** What is wrong with the text of a file that is not open. */
  readonly check: (path: string, text: string) => readonly Diagnostic[];
  /** What is open is told of by others. */
  readonly isOpen: (path: string) => boolean;
  readonly send: (parameters: PublishDiagnosticsParams) => Promise<void>;
}

/**
 * Checks every autoscaler file of the folders that the client has named, opened or not: one after the other, between the
 * requests, and again when it has changed on the disk.
 */
export class WorkspaceFiles {
  readonly #options: WorkspaceFilesOptions;
  #folders: readonly string[] = [];
  #abort = new AbortController();
  readonly #known = new Set<string>();
  /** What the client shows of files that are not open, where it shows anything. */
  readonly #shown = new Map<string, readonly Diagnostic[]>();
  readonly #due = new Set<string>();
  #working: Promise<void> | null = null;
  /** What findings depend on of the inventory that they were made with. */
  #things = "";

  constructor(options: WorkspaceFilesOptions) {
    this.#options = options;
  }

  /** Looks through these folders, and no others, from now on. */
  async look(folders: readonly string[]): Promise<void> {
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#folders = folders;
    const found = await findFiles(folders, this.#options.isNamed, abort.signal);
    if (abort.signal.aborted) return;
    const gone = [...this.#known].filter((path) => !found.includes(path));
    this.#known.clear();
    for (const path of found) this.#known.add(path);
    this.#queue([...found, ...gone]);
  }

  /** Something has become of files on the disk: they were made, changed, or are gone. */
  changed(paths: readonly string[]): void {
    const ours = paths.filter((path) => this.#options.isNamed(path) && this.#isInside(path));
    for (const path of ours) this.#known.add(path);
    this.#queue(ours);
  }

  /** A file that was open in the editor is not any more. */
  closed(path: string): void {
    // With the document went what was shown of it.
    this.#shown.delete(path);
    if (this.#known.has(path)) this.#queue([path]);
  }

  /** A file that one of these includes has changed, or what may be read has. */
  again(): void {
    this.#queue([...this.#known]);
  }

  /** Files are checked again where the cluster has other things than before; its figures alone change no finding. */
  inventoryChanged(inventory: Inventory | null): void {
    const things =
      inventory === null
        ? ""
        : JSON.stringify([
            inventory.nodes.map(({ name, cores, memoryLimit }) => [name, cores, memoryLimit]),
            inventory.containers.map(({ vmid, name, node, tags, pool }) => [vmid, name, node, tags, pool]),
          ]);
    if (things === this.#things) return;
    this.#things = things;
    this.again();
  }

  stop(): void {
    this.#abort.abort();
    this.#due.clear();
  }

  /** Settles when all that is due was checked. */
  async whenIdle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  #isInside(path: string): boolean {
    return this.#folders.some((folder) => isWithin(path, folder));
  }

  #queue(paths: readonly string[]): void {
    for (const path of paths) this.#due.add(path);
    if (this.#due.size === 0) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
      // What came in while the last one was being checked.
      this.#queue([]);
    });
  }

  async #work(): Promise<void> {
    for (const path of this.#due) {
      this.#due.delete(path);
      // Requests come first.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#options.isOpen(path)) continue;
      const there = await isFile(path);
      if (!there) this.#known.delete(path);
      // It may have been opened meanwhile: then this is not ours to tell.
      if (!this.#options.isOpen(path)) this.#tell(path, there ? this.#check(path) : []);
    }
  }

  #check(path: string): readonly Diagnostic[] {
    try {
      const read = readTextFile(path);
      return "fault" in read ? [] : this.#options.check(path, read.text);
    } catch {
      // Gone since, or not ours to read.
      return [];
    }
  }

  #tell(path: string, diagnostics: readonly Diagnostic[]): void {
    if (isDeepStrictEqual(this.#shown.get(path) ?? [], diagnostics)) return;
    if (diagnostics.length === 0) this.#shown.delete(path);
    else this.#shown.set(path, diagnostics);
    void this.#options.send({ uri: pathToFileURL(path).href, diagnostics: [...diagnostics] });
  }
}
