import type { Preset } from "./preset.js";

const go = "Go programs count the cores once, when they start; only those built with Go 1.25 or later notice a change.";

export const home: readonly Preset[] = [
  {
    name: "home-assistant",
    title: "Home Assistant",
    family: "home",
    why: "Steady by day and night, busy when it starts and when integrations are updated: small steps, and no hurry to go back.",
    settings: {
      cpu: {
        min: 1,
        max: 4,
        scaleUp: { above: "75%", for: "2m", step: 1, maxStep: 2 },
        scaleDown: { below: "20%", for: "1h", step: 1 },
      },
      memory: {
        min: "1GiB",
        max: "4GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "256MiB", maxStep: "1GiB" },
        scaleDown: { below: "40%", for: "2h", step: "128MiB" },
      },
    },
    noticesAfterRestart: [],
  },
  {
    name: "pihole",
    title: "Pi-hole",
    family: "home",
    why: "Name service must answer at once and takes next to nothing, except while block lists are renewed.",
    settings: {
      priority: 20,
      cpu: {
        min: 1,
        max: 2,
        scaleUp: { above: "70%", for: "1m", step: 1 },
        scaleDown: { below: "15%", for: "1h", step: 1 },
      },
      memory: {
        min: "256MiB",
        max: "1GiB",
        headroom: "30%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "256MiB" },
        scaleDown: { below: "40%", for: "2h", step: "64MiB" },
      },
    },
    noticesAfterRestart: [],
  },
  {
    name: "adguard",
    title: "AdGuard Home",
    family: "home",
    why: "Name service must answer at once and takes little; memory follows the block lists and the query log.",
    settings: {
      priority: 20,
      cpu: {
        min: 1,
        max: 2,
        scaleUp: { above: "70%", for: "1m", step: 1 },
        scaleDown: { below: "15%", for: "1h", step: 1 },
      },
      memory: {
        min: "256MiB",
        max: "1GiB",
        headroom: "30%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "256MiB" },
        scaleDown: { below: "40%", for: "2h", step: "64MiB" },
      },
    },
    noticesAfterRestart: [{ resource: "cores", why: go }],
  },
  {
    name: "unbound",
    title: "Unbound",
    family: "home",
    why: "A resolver must answer at once; its caches have fixed sizes, so memory hardly moves.",
    settings: {
      priority: 20,
      cpu: {
        min: 1,
        max: 4,
        scaleUp: { above: "70%", for: "1m", step: 1 },
        scaleDown: { below: "15%", for: "1h", step: 1 },
      },
      memory: {
        min: "256MiB",
        max: "2GiB",
        headroom: "30%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "512MiB" },
        scaleDown: { below: "35%", for: "2h", step: "64MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "cores", why: "Unbound starts as many threads as `num-threads` says, one unless set." },
      { resource: "memory", why: "Unbound's caches have the sizes of `msg-cache-size` and `rrset-cache-size`." },
    ],
  },
  {
    name: "plex",
    title: "Plex",
    family: "home",
    why: "Without graphics hardware one transcoded stream takes all cores it gets, so CPU grows fast and far, and goes back after the film.",
    settings: {
      cpu: {
        min: 2,
        max: 12,
        scaleUp: { above: "85%", for: "1m", step: 1, maxStep: 4 },
        scaleDown: { below: "30%", for: "20m", step: 1 },
      },
      memory: {
        min: "1GiB",
        max: "8GiB",
        scaleUp: { above: "80%", step: "512MiB", maxStep: "1GiB" },
        scaleDown: { below: "40%", for: "1h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [],
  },
  {
    name: "jellyfin",
    title: "Jellyfin",
    family: "home",
    why: "Without graphics hardware one transcoded stream takes all cores it gets, so CPU grows fast and far, and goes back after the film.",
    settings: {
      cpu: {
        min: 2,
        max: 12,
        scaleUp: { above: "85%", for: "1m", step: 1, maxStep: 4 },
        scaleDown: { below: "30%", for: "20m", step: 1 },
      },
      memory: {
        min: "1GiB",
        max: "8GiB",
        scaleUp: { above: "80%", step: "512MiB", maxStep: "1GiB" },
        scaleDown: { below: "40%", for: "1h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "memory", why: ".NET sets its largest heap by the memory it finds when it starts." },
    ],
  },
  {
    name: "immich",
    title: "Immich",
    family: "home",
    why: "Uploads start hours of machine learning and thumbnails, then it idles: CPU grows far, memory stays ready for the models.",
    settings: {
      cpu: {
        min: 2,
        max: 12,
        scaleUp: { above: "85%", for: "2m", step: 1, maxStep: 4 },
        scaleDown: { below: "25%", for: "30m", step: 1 },
      },
      memory: {
        min: "2GiB",
        max: "12GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "35%", for: "2h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "cores", why: "Immich's machine learning sets its threads when a model is loaded." },
    ],
  },
];
