/** The layer rules of docs/architecture.md. */
const rooms = {
  model: [],
  config: ["model"],
  engine: ["model", "config"],
  proxmox: ["model"],
  operate: ["model", "config", "engine", "proxmox"],
  simulator: ["model"],
  server: ["model", "config", "engine"],
  views: ["model"],
  cli: ["model", "config", "engine", "proxmox", "operate", "simulator", "server"],
  extension: ["model", "config", "engine", "proxmox", "operate", "server", "views"],
};

const pure = ["model", "config", "engine", "views"];

module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `room-${room}`,
      comment: `${room}/ imports only ${[room, ...allowed].join(", ")}`,
      severity: "error",
      from: { path: `^src/${room}/` },
      to: { path: "^src/", pathNot: `^src/(${[room, ...allowed].join("|")})/` },
    })),
    {
      name: "through-the-front-door",
      comment: "another room is entered by its index.ts",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      to: { path: "^src/([^/]+)/.+", pathNot: "^src/(?:$1/|[^/]+/index\\.ts$)" },
    },
    {
      name: "pages-in-the-browser-only",
      comment: "what runs in a page is bundled for it alone",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/views/[^/]+/page/" },
      to: { path: "^src/views/[^/]+/page/" },
    },
    {
      name: "vscode-in-extension-only",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/extension/" },
      to: { path: "^vscode$" },
    },
    {
      name: "pure-rooms-do-no-io",
      severity: "error",
      from: { path: `^src/(${pure.join("|")})/` },
      to: { dependencyTypes: ["core"] },
    },
    { name: "no-tests-in-source", severity: "error", from: { path: "^src/" }, to: { path: "^(test|scripts)/" } },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "^vscode$" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".js", ".json"],
    },
  },
};
