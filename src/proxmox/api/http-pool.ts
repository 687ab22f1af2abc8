/**
 * Undici's pool, loaded when the first connection is made. Not by its front door: that brings fetch, caches and
 * websockets along (twice the size, 30 ms), and sets the process's global dispatcher, which in an editor is every
 * extension's. A CommonJS package that a bundle loads with `import()` has a default export only; named by a module
 * of our own it has its name in the bundle too.
 */
export { default as Pool } from "undici/lib/dispatcher/pool.js";
