export type * from "./connection.js";
export * from "./errors.js";
export type * from "./gateway.js";
