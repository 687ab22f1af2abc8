import type { Preset } from "./preset.js";

export const web: readonly Preset[] = [
  {
    name: "nginx",
    title: "nginx",
    family: "web",
    why: "A web server's load is CPU and comes in bursts, its memory is small and steady.",
    settings: {
      cpu: { min: 1, max: 8, target: "60%", tolerance: "15%", stabilisation: { down: "10m" } },
      memory: {
        min: "256MiB",
        max: "2GiB",
        scaleUp: { above: "85%", step: "128MiB", maxStep: "512MiB" },
        scaleDown: { below: "40%", for: "30m", step: "128MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "cores",
        why: "`worker_processes auto` counts the cores once, when nginx starts or reloads its configuration.",
      },
    ],
  },
];
