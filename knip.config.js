/** @type {import("knip").KnipConfig} */
export default {
  entry: [
    "src/{extension,cli,server,simulator}/main.ts",
    "src/views/*/page/main.ts",
    "src/views/*/page/*.css",
    "scripts/*.js",
    "test/host/runner/extension.ts",
    "test/host/suites/**/*.test.ts",
    "test/e2e/**/*.config.ts",
    "test/e2e/**/*.test.ts",
    "test/e2e/pictures.ts",
    "test/bench/{main,plain-server}.ts",
  ],
  project: ["src/**/*.ts", "test/**/*.ts", "scripts/**/*.js"],
  // Started as a program of its own, beside ours, by the benchmark.
  ignoreDependencies: ["yaml-language-server"],
  // Programs of the system: those that tests install, or mount small file systems with.
  ignoreBinaries: ["dd", "mount", "prometheus", "umount"],
  ignoreExportsUsedInFile: true,
  // A room names the types of what its functions take and give, whether or not anybody needs the name today.
  rules: { types: "off" },
};
