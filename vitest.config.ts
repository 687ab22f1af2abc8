import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // These run elsewhere: inside the editor, in a browser, or as benchmarks.
    exclude: ["test/host/**", "test/e2e/**", "test/bench/**", "**/node_modules/**"],
    setupFiles: ["test/properties.ts"],
    testTimeout: 20_000,
  },
});
