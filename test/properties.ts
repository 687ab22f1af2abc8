import fc from "fast-check";

/**
 * Properties draw the same cases each time, so that a change is judged by what it changed. `PROPERTY_SEED=random` (or a
 * number) looks at others; a case that fails there becomes a test of its own.
 */
const wish = process.env["PROPERTY_SEED"];
if (wish !== "random") fc.configureGlobal({ seed: wish === undefined ? 20_261_121 : Number(wish) });
