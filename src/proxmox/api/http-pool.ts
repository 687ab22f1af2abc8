/**
 * Loaded when the first connection is made. A CommonJS package that a bundle loads with `import()` has a default
 * export only; named through a module of our own it has its names in the bundle too.
 */
export { Pool } from "undici";
