import type { Preset } from "./preset.js";

export const databases: readonly Preset[] = [
  {
    name: "postgresql",
    title: "PostgreSQL",
    family: "databases",
    why: "Memory that PostgreSQL has filled with its buffers is in use for good, and taking it away costs far more than it saves: memory grows early and shrinks slowly.",
    settings: {
      behaviour: "conservative",
      cpu: { min: 1, max: 8, target: "60%" },
      memory: {
        min: "1GiB",
        max: "16GiB",
        headroom: "30%",
        scaleUp: { above: "80%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "40%", for: "2h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "memory",
        why: "`shared_buffers` is allocated once when PostgreSQL starts; more memory serves connections and the page cache until it is raised.",
      },
    ],
  },
];
