import { readdirSync, realpathSync, type Dirent } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { KeyPath } from "../config/index.js";
import { isWithin } from "./include-reader.js";

/** More files than this are no help to choose from. */
const most = 200;

/**
 * The files beside a document, and in the folders beside it, that it may name at a place: further configuration, or a
 * calendar. Of the folders that the client has named alone; elsewhere there are none.
 */
export function includableFiles(folders: readonly string[], document: string, path: KeyPath): readonly string[] {
  const ending = path[0] === "include" ? /\.ya?ml$/iu : /\.ics$/iu;
  const folder = dirname(document);
  try {
    const real = realpathSync(folder);
    if (!folders.some((allowed) => isWithin(join(real, "x"), realpathSync(allowed)))) return [];
  } catch {
    // A document that was never saved has no folder.
    return [];
  }
  const isWanted = (entry: Dirent): boolean => entry.isFile() && ending.test(entry.name);
  const beside = entriesOf(folder);
  const own = basename(document);
  const files = beside.filter((entry) => isWanted(entry) && entry.name !== own).map(({ name }) => name);
  const below = beside
    .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/u.test(entry.name))
    .slice(0, most)
    .flatMap(({ name }) =>
      entriesOf(join(folder, name))
        .filter(isWanted)
        .map((entry) => `${name}/${entry.name}`),
    );
  return [...files.toSorted(), ...below.toSorted()].slice(0, most);
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Not readable for us: nothing of it is offered.
    return [];
  }
}
