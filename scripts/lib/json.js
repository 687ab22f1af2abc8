// JSON as what it is until somebody says what it holds.
import { readFile } from "node:fs/promises";

/** @param {string} text @returns {unknown} */
export function parseJson(text) {
  return JSON.parse(text);
}

/** @param {string} file @returns {Promise<unknown>} */
export async function readJson(file) {
  return parseJson(await readFile(file, "utf8"));
}
