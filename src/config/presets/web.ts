import type { Preset } from "./preset.js";

const go = "Go programs count the cores once, when they start; only those built with Go 1.25 or later notice a change.";

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
  {
    name: "apache",
    title: "Apache",
    family: "web",
    why: "Each busy worker takes memory of its own, so memory follows the number of visitors as CPU does.",
    settings: {
      cpu: { min: 1, max: 8, target: "60%", tolerance: "15%", stabilisation: { down: "10m" } },
      memory: {
        min: "256MiB",
        max: "4GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "256MiB", maxStep: "1GiB" },
        scaleDown: { below: "35%", for: "30m", step: "128MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "memory",
        why: "Apache runs as many workers as `MaxRequestWorkers` says; more memory alone lets no more visitors in.",
      },
    ],
  },
  {
    name: "caddy",
    title: "Caddy",
    family: "web",
    why: "A reverse proxy's load is CPU and comes in bursts, its memory is small and steady.",
    settings: {
      cpu: { min: 1, max: 8, target: "60%", tolerance: "15%", stabilisation: { down: "10m" } },
      memory: {
        min: "256MiB",
        max: "2GiB",
        scaleUp: { above: "85%", step: "128MiB", maxStep: "512MiB" },
        scaleDown: { below: "40%", for: "30m", step: "128MiB" },
      },
    },
    noticesAfterRestart: [{ resource: "cores", why: go }],
  },
  {
    name: "haproxy",
    title: "HAProxy",
    family: "web",
    why: "Latency suffers before CPU is full, so there is more room than elsewhere; memory follows the connections.",
    settings: {
      cpu: { min: 1, max: 8, target: "50%", tolerance: "15%", stabilisation: { down: "10m" } },
      memory: {
        min: "256MiB",
        max: "2GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "512MiB" },
        scaleDown: { below: "35%", for: "30m", step: "128MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "cores",
        why: "HAProxy starts a thread for each core it finds when it starts, unless `nbthread` says otherwise.",
      },
    ],
  },
  {
    name: "traefik",
    title: "Traefik",
    family: "web",
    why: "A reverse proxy's load is CPU and comes in bursts, its memory is small and steady.",
    settings: {
      cpu: { min: 1, max: 8, target: "60%", tolerance: "15%", stabilisation: { down: "10m" } },
      memory: {
        min: "256MiB",
        max: "2GiB",
        scaleUp: { above: "85%", step: "128MiB", maxStep: "512MiB" },
        scaleDown: { below: "40%", for: "30m", step: "128MiB" },
      },
    },
    noticesAfterRestart: [{ resource: "cores", why: go }],
  },
  {
    name: "static-site",
    title: "Static web site",
    family: "web",
    why: "Files from the page cache take next to nothing: small sizes, and down again soon.",
    settings: {
      cpu: {
        min: 1,
        max: 2,
        scaleUp: { above: "80%", for: "2m", step: 1 },
        scaleDown: { below: "25%", for: "15m", step: 1 },
      },
      memory: {
        min: "128MiB",
        max: "1GiB",
        scaleUp: { above: "85%", step: "128MiB", maxStep: "256MiB" },
        scaleDown: { below: "40%", for: "30m", step: "64MiB" },
      },
    },
    noticesAfterRestart: [],
  },
  {
    name: "wordpress",
    title: "WordPress",
    family: "web",
    why: "PHP's workers decide: CPU per visitor, and memory per worker, both within minutes.",
    settings: {
      cpu: { min: 1, max: 6, target: "60%", tolerance: "15%", stabilisation: { down: "15m" } },
      memory: {
        min: "512MiB",
        max: "4GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "256MiB", maxStep: "1GiB" },
        scaleDown: { below: "35%", for: "1h", step: "128MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "memory",
        why: "PHP-FPM runs as many children as `pm.max_children` says; more memory helps only when that is raised.",
      },
    ],
  },
];
