import type { Preset } from "./preset.js";

const go = "Go programs count the cores once, when they start; only those built with Go 1.25 or later notice a change.";
const heap =
  "the JVM sets its largest heap when it starts, a share of the memory it finds then or the number of `-Xmx`.";
const collector = "the JVM sizes its collector and compiler threads by the cores it finds when it starts.";

export const infrastructure: readonly Preset[] = [
  {
    name: "minio",
    title: "MinIO",
    family: "infrastructure",
    why: "It streams through the page cache: CPU with the traffic, memory with the number of requests.",
    settings: {
      cpu: { min: 1, max: 8, target: "60%" },
      memory: {
        min: "1GiB",
        max: "16GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "35%", for: "1h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "cores", why: go },
      {
        resource: "memory",
        why: "MinIO works out how many requests it serves at a time by the memory it finds when it starts.",
      },
    ],
  },
  {
    name: "samba",
    title: "Samba",
    family: "infrastructure",
    why: "Each client has a process of its own, and copies go through the page cache: small sizes that follow the clients.",
    settings: {
      cpu: {
        min: 1,
        max: 4,
        scaleUp: { above: "80%", for: "2m", step: 1, maxStep: 2 },
        scaleDown: { below: "20%", for: "30m", step: 1 },
      },
      memory: {
        min: "256MiB",
        max: "4GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "1GiB" },
        scaleDown: { below: "40%", for: "1h", step: "128MiB" },
      },
    },
    noticesAfterRestart: [],
  },
  {
    name: "docker-host",
    title: "Docker host",
    family: "infrastructure",
    why: "Many applications at once even each other out, and the greediest must not starve the rest: room in both, and no hurry to go back.",
    settings: {
      cpu: { min: 2, max: 16, target: "60%", tolerance: "15%", stabilisation: { down: "30m" } },
      memory: {
        min: "2GiB",
        max: "32GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "1GiB", maxStep: "4GiB" },
        scaleDown: { below: "40%", for: "2h", step: "512MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "cores", why: "Containers of Docker read cores when they start, as programs elsewhere do." },
      {
        resource: "memory",
        why: "Containers of Docker that size a heap or a cache by the memory do so when they start.",
      },
    ],
  },
  {
    name: "jenkins",
    title: "Jenkins",
    family: "infrastructure",
    why: "Its heap grows with jobs and plugins and is seldom given back; builds of its own take CPU in bursts.",
    settings: {
      cpu: {
        min: 1,
        max: 8,
        scaleUp: { above: "80%", for: "1m", step: 1, maxStep: 2 },
        scaleDown: { below: "25%", for: "30m", step: 1 },
      },
      memory: {
        min: "1GiB",
        max: "8GiB",
        headroom: "20%",
        scaleUp: { above: "85%", step: "512MiB", maxStep: "1GiB" },
        scaleDown: { below: "40%", for: "2h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "memory", why: heap },
      { resource: "cores", why: collector },
    ],
  },
  {
    name: "ci-runner",
    title: "CI runner",
    family: "infrastructure",
    why: "A job takes what it gets and ends soon: far and fast up, and soon back.",
    settings: {
      behaviour: "aggressive",
      cpu: {
        min: 2,
        max: 16,
        scaleUp: { above: "85%", for: "1m", step: 1, maxStep: 4 },
        scaleDown: { below: "25%", for: "10m", step: 1 },
      },
      memory: {
        min: "1GiB",
        max: "16GiB",
        headroom: "20%",
        scaleUp: { above: "80%", for: "1m", step: "1GiB", maxStep: "4GiB" },
        scaleDown: { below: "35%", for: "15m", step: "512MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "cores", why: "A build that runs a process for each core counts them when the job starts." },
    ],
  },
  {
    name: "ollama",
    title: "Ollama",
    family: "infrastructure",
    why: "A model must fit into memory before it answers, and takes every core while it does.",
    settings: {
      cpu: {
        min: 2,
        max: 16,
        scaleUp: { above: "90%", for: "1m", step: 1, maxStep: 4 },
        scaleDown: { below: "30%", for: "30m", step: 1 },
      },
      memory: {
        min: "4GiB",
        max: "64GiB",
        headroom: "20%",
        scaleUp: { above: "80%", for: "1m", step: "2GiB", maxStep: "8GiB" },
        scaleDown: { below: "35%", for: "2h", step: "1GiB" },
      },
    },
    noticesAfterRestart: [{ resource: "cores", why: "Ollama sets its threads when a model is loaded." }],
  },
  {
    name: "game-server",
    title: "Game server",
    family: "infrastructure",
    why: "One thread decides over the game, and a shortage is felt by every player at once: room in both, and back only when they are gone.",
    settings: {
      cpu: {
        min: 2,
        max: 6,
        scaleUp: { above: "70%", for: "1m", step: 1 },
        scaleDown: { below: "15%", for: "1h", step: 1 },
      },
      memory: {
        min: "2GiB",
        max: "16GiB",
        headroom: "25%",
        scaleUp: { above: "80%", for: "1m", step: "1GiB", maxStep: "2GiB" },
        scaleDown: { below: "30%", for: "2h", step: "512MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "memory",
        why: "Minecraft and other games in Java have the heap of `-Xmx`, whatever memory there is.",
      },
    ],
  },
  {
    name: "batch",
    title: "Batch jobs",
    family: "infrastructure",
    why: "Nobody waits at the screen: CPU may be short for a while, and everything is given back soon after the job.",
    settings: {
      priority: -10,
      cpu: {
        min: 1,
        max: 8,
        scaleUp: { above: "90%", for: "5m", step: 1, maxStep: 2 },
        scaleDown: { below: "30%", for: "10m", step: 1 },
      },
      memory: {
        min: "512MiB",
        max: "16GiB",
        scaleUp: { above: "85%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "40%", for: "15m", step: "256MiB" },
      },
    },
    noticesAfterRestart: [],
  },
];
