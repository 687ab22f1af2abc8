import type { Preset } from "./preset.js";

const go = "Go programs count the cores once, when they start; only those built with Go 1.25 or later notice a change.";

export const office: readonly Preset[] = [
  {
    name: "nextcloud",
    title: "Nextcloud",
    family: "office",
    why: "Visitors come by day and background jobs at night; PHP's workers decide over CPU and memory.",
    settings: {
      cpu: { min: 1, max: 8, target: "60%", tolerance: "15%", stabilisation: { down: "15m" } },
      memory: {
        min: "1GiB",
        max: "8GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "512MiB", maxStep: "1GiB" },
        scaleDown: { below: "35%", for: "1h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "memory",
        why: "PHP-FPM runs as many children as `pm.max_children` says; more memory helps only when that is raised.",
      },
    ],
  },
  {
    name: "paperless",
    title: "Paperless-ngx",
    family: "office",
    why: "Text recognition takes every core for minutes after documents arrive, then it idles.",
    settings: {
      cpu: {
        min: 1,
        max: 8,
        scaleUp: { above: "85%", for: "1m", step: 1, maxStep: 2 },
        scaleDown: { below: "25%", for: "20m", step: 1 },
      },
      memory: {
        min: "1GiB",
        max: "6GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "512MiB", maxStep: "1GiB" },
        scaleDown: { below: "35%", for: "1h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "cores",
        why: "Paperless works out its number of workers and threads by the cores it finds when it starts.",
      },
    ],
  },
  {
    name: "vaultwarden",
    title: "Vaultwarden",
    family: "office",
    why: "It takes next to nothing, but must be there when it is needed.",
    settings: {
      priority: 10,
      cpu: {
        min: 1,
        max: 2,
        scaleUp: { above: "80%", for: "2m", step: 1 },
        scaleDown: { below: "20%", for: "15m", step: 1 },
      },
      memory: {
        min: "128MiB",
        max: "1GiB",
        headroom: "30%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "256MiB" },
        scaleDown: { below: "35%", for: "2h", step: "64MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "cores", why: "Vaultwarden starts a worker for each core it finds when it starts." },
    ],
  },
  {
    name: "mail",
    title: "Mail server",
    family: "office",
    why: "Virus signatures fill a large part of memory for good and double it while they are renewed; CPU comes with the post.",
    settings: {
      cpu: { min: 1, max: 4, target: "60%", tolerance: "15%", stabilisation: { down: "15m" } },
      memory: {
        min: "2GiB",
        max: "8GiB",
        headroom: "40%",
        scaleUp: { above: "80%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "35%", for: "3h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "cores",
        why: "Rspamd and Postfix start the number of processes of their configuration, by the cores they find when they start.",
      },
    ],
  },
  {
    name: "gitea",
    title: "Gitea and Forgejo",
    family: "office",
    why: "Pushes and clones come in bursts over a small, steady service.",
    settings: {
      cpu: {
        min: 1,
        max: 4,
        scaleUp: { above: "80%", for: "1m", step: 1, maxStep: 2 },
        scaleDown: { below: "25%", for: "20m", step: 1 },
      },
      memory: {
        min: "512MiB",
        max: "4GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "256MiB", maxStep: "1GiB" },
        scaleDown: { below: "40%", for: "1h", step: "128MiB" },
      },
    },
    noticesAfterRestart: [{ resource: "cores", why: go }],
  },
  {
    name: "gitlab",
    title: "GitLab",
    family: "office",
    why: "Its many services need some gigabytes before the first visitor: a high minimum, and slow steps above it.",
    settings: {
      behaviour: "conservative",
      cpu: { min: 2, max: 12, target: "60%" },
      memory: {
        min: "6GiB",
        max: "24GiB",
        headroom: "20%",
        scaleUp: { above: "85%", step: "1GiB", maxStep: "4GiB" },
        scaleDown: { below: "40%", for: "3h", step: "512MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "cores",
        why: "GitLab works out its number of Puma workers by the cores it finds when it is reconfigured.",
      },
      {
        resource: "memory",
        why: "GitLab works out its number of Puma workers and its shared buffers by the memory it finds when it is reconfigured.",
      },
    ],
  },
];
