import type { Preset } from "./preset.js";

export const messaging: readonly Preset[] = [
  {
    name: "rabbitmq",
    title: "RabbitMQ",
    family: "messaging",
    why: "At its memory watermark it stops all publishers, so memory grows long before the limit.",
    settings: {
      cpu: { min: 1, max: 6, target: "60%" },
      memory: {
        min: "512MiB",
        max: "8GiB",
        headroom: "80%",
        scaleUp: { above: "60%", for: "1m", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "20%", for: "2h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "cores", why: "Erlang starts a scheduler for each core it finds when RabbitMQ starts." },
    ],
  },
  {
    name: "kafka",
    title: "Apache Kafka",
    family: "messaging",
    why: "It lives on the page cache beside a steady heap: large steps, and hardly ever back.",
    settings: {
      behaviour: "conservative",
      cpu: { min: 2, max: 8, target: "60%" },
      memory: {
        min: "2GiB",
        max: "16GiB",
        headroom: "30%",
        scaleUp: { above: "85%", step: "1GiB", maxStep: "4GiB" },
        scaleDown: { below: "35%", for: "6h", step: "512MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "memory",
        why: "Kafka has the heap of `KAFKA_HEAP_OPTS`, 1 GB unless set; more memory serves the page cache.",
      },
      {
        resource: "cores",
        why: "Kafka starts the threads of `num.network.threads` and `num.io.threads`, whatever cores there are.",
      },
    ],
  },
  {
    name: "mosquitto",
    title: "Mosquitto",
    family: "messaging",
    why: "A broker for small devices takes one core at most and little memory.",
    settings: {
      cpu: {
        min: 1,
        max: 2,
        scaleUp: { above: "85%", for: "2m", step: 1 },
        scaleDown: { below: "25%", for: "15m", step: 1 },
      },
      memory: {
        min: "128MiB",
        max: "1GiB",
        headroom: "25%",
        scaleUp: { above: "80%", step: "128MiB", maxStep: "256MiB" },
        scaleDown: { below: "35%", for: "1h", step: "64MiB" },
      },
    },
    noticesAfterRestart: [],
  },
];
