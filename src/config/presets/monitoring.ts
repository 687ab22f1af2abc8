import type { Preset } from "./preset.js";

const go = "Go programs count the cores once, when they start; only those built with Go 1.25 or later notice a change.";

export const monitoring: readonly Preset[] = [
  {
    name: "grafana",
    title: "Grafana",
    family: "monitoring",
    why: "It idles until somebody opens a dashboard, then CPU is wanted at once.",
    settings: {
      cpu: {
        min: 1,
        max: 4,
        scaleUp: { above: "75%", for: "1m", step: 1, maxStep: 2 },
        scaleDown: { below: "25%", for: "30m", step: 1 },
      },
      memory: {
        min: "256MiB",
        max: "2GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "512MiB" },
        scaleDown: { below: "40%", for: "1h", step: "128MiB" },
      },
    },
    noticesAfterRestart: [{ resource: "cores", why: go }],
  },
  {
    name: "prometheus",
    title: "Prometheus",
    family: "monitoring",
    why: "Memory follows the number of series and jumps with large queries, and running out of it loses the newest samples: much headroom.",
    settings: {
      cpu: { min: 1, max: 6, target: "60%" },
      memory: {
        min: "512MiB",
        max: "16GiB",
        headroom: "40%",
        scaleUp: { above: "70%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "30%", for: "3h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [{ resource: "cores", why: go }],
  },
  {
    name: "influxdb",
    title: "InfluxDB",
    family: "monitoring",
    why: "Compactions and large queries come in bursts over a steady cache: much headroom, and slowly back.",
    settings: {
      cpu: { min: 1, max: 6, target: "60%", tolerance: "15%", stabilisation: { down: "15m" } },
      memory: {
        min: "512MiB",
        max: "16GiB",
        headroom: "35%",
        scaleUp: { above: "75%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "30%", for: "3h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [{ resource: "cores", why: go }],
  },
  {
    name: "loki",
    title: "Loki",
    family: "monitoring",
    why: "Queries read much at once over a steady intake: CPU in bursts, and headroom in memory.",
    settings: {
      cpu: { min: 1, max: 8, target: "55%", tolerance: "15%", stabilisation: { down: "10m" } },
      memory: {
        min: "512MiB",
        max: "8GiB",
        headroom: "35%",
        scaleUp: { above: "75%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "30%", for: "2h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [{ resource: "cores", why: go }],
  },
  {
    name: "uptime-kuma",
    title: "Uptime Kuma",
    family: "monitoring",
    why: "Checks at regular times take little; what grows is its history in memory.",
    settings: {
      cpu: {
        min: 1,
        max: 2,
        scaleUp: { above: "80%", for: "2m", step: 1 },
        scaleDown: { below: "20%", for: "15m", step: 1 },
      },
      memory: {
        min: "256MiB",
        max: "1GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "256MiB" },
        scaleDown: { below: "40%", for: "1h", step: "64MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "memory", why: "Node.js sets its largest heap by the memory it finds when it starts." },
    ],
  },
];
