import type { Preset } from "./preset.js";

const heap =
  "the JVM sets its largest heap when it starts, a share of the memory it finds then or the number of `-Xmx`.";
const collector = "the JVM sizes its collector and compiler threads by the cores it finds when it starts.";

export const runtimes: readonly Preset[] = [
  {
    name: "nodejs",
    title: "Node.js",
    family: "runtimes",
    why: "One process uses one core and a little for its collector; its heap grows until the collector has to work, so memory gets room early.",
    settings: {
      cpu: { min: 1, max: 4, target: "65%", tolerance: "15%", stabilisation: { down: "10m" } },
      memory: {
        min: "256MiB",
        max: "4GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "1GiB" },
        scaleDown: { below: "40%", for: "1h", step: "128MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "memory",
        why: "Node.js sets its largest heap by the memory it finds when it starts, unless `--max-old-space-size` does.",
      },
      { resource: "cores", why: "Node.js programs that run a worker for each core count them once, when they start." },
    ],
  },
  {
    name: "python-web",
    title: "Python web application",
    family: "runtimes",
    why: "Each worker process has memory of its own and one core at most, so both follow the number of requests.",
    settings: {
      cpu: { min: 1, max: 8, target: "60%", tolerance: "15%", stabilisation: { down: "10m" } },
      memory: {
        min: "256MiB",
        max: "4GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "1GiB" },
        scaleDown: { below: "40%", for: "1h", step: "128MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "cores",
        why: "Gunicorn and uWSGI start the number of workers of their configuration, worked out once when they start.",
      },
    ],
  },
  {
    name: "php-fpm",
    title: "PHP-FPM",
    family: "runtimes",
    why: "Each child has memory of its own, so CPU and memory follow the number of requests.",
    settings: {
      cpu: { min: 1, max: 8, target: "60%", tolerance: "15%", stabilisation: { down: "10m" } },
      memory: {
        min: "256MiB",
        max: "4GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "1GiB" },
        scaleDown: { below: "40%", for: "1h", step: "128MiB" },
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
    name: "java",
    title: "Java application",
    family: "runtimes",
    why: "A heap that has grown is seldom given back, and collections take CPU in bursts: memory moves slowly, CPU keeps room.",
    settings: {
      behaviour: "conservative",
      cpu: { min: 1, max: 8, target: "55%", tolerance: "15%" },
      memory: {
        min: "512MiB",
        max: "16GiB",
        headroom: "20%",
        scaleUp: { above: "85%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "35%", for: "2h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "memory", why: heap },
      { resource: "cores", why: collector },
    ],
  },
  {
    name: "tomcat",
    title: "Apache Tomcat",
    family: "runtimes",
    why: "A heap that has grown is seldom given back, while requests come in bursts: memory moves slowly, CPU follows.",
    settings: {
      behaviour: "conservative",
      cpu: { min: 1, max: 8, target: "60%", tolerance: "15%" },
      memory: {
        min: "768MiB",
        max: "8GiB",
        headroom: "20%",
        scaleUp: { above: "85%", step: "512MiB", maxStep: "1GiB" },
        scaleDown: { below: "35%", for: "2h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "memory", why: heap },
      { resource: "cores", why: collector },
    ],
  },
];
