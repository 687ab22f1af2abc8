import { defineConfig } from "vitest/config";

/** Not tests: what `npm run pictures` takes, to be looked at. */
export default defineConfig({
  test: {
    include: ["test/e2e/pictures.ts"],
    fileParallelism: false,
    testTimeout: 180_000,
  },
});
