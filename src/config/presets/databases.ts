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
        why: "PostgreSQL allocates `shared_buffers` once, when it starts; more memory serves connections and the page cache until it is raised.",
      },
    ],
  },
  {
    name: "mysql",
    title: "MySQL",
    family: "databases",
    why: "The buffer pool fills up and stays, so memory grows early and shrinks slowly, while CPU follows the queries.",
    settings: {
      behaviour: "conservative",
      cpu: { min: 1, max: 8, target: "60%" },
      memory: {
        min: "1GiB",
        max: "16GiB",
        headroom: "25%",
        scaleUp: { above: "85%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "40%", for: "2h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "memory",
        why: "MySQL's buffer pool has the size of `innodb_buffer_pool_size`; more memory serves connections only until that is raised.",
      },
    ],
  },
  {
    name: "mariadb",
    title: "MariaDB",
    family: "databases",
    why: "The buffer pool fills up and stays, so memory grows early and shrinks slowly, while CPU follows the queries.",
    settings: {
      behaviour: "conservative",
      cpu: { min: 1, max: 8, target: "60%" },
      memory: {
        min: "512MiB",
        max: "16GiB",
        headroom: "25%",
        scaleUp: { above: "85%", step: "256MiB", maxStep: "2GiB" },
        scaleDown: { below: "40%", for: "2h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [
      {
        resource: "memory",
        why: "MariaDB's buffer pool has the size of `innodb_buffer_pool_size`; more memory serves connections only until that is raised.",
      },
    ],
  },
  {
    name: "mongodb",
    title: "MongoDB",
    family: "databases",
    why: "WiredTiger fills its cache and leaves the rest to the page cache, so memory moves in large, rare steps.",
    settings: {
      behaviour: "conservative",
      cpu: { min: 1, max: 8, target: "60%" },
      memory: {
        min: "1GiB",
        max: "16GiB",
        headroom: "30%",
        scaleUp: { above: "80%", step: "512MiB", maxStep: "2GiB" },
        scaleDown: { below: "40%", for: "2h", step: "512MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "memory", why: "MongoDB sizes WiredTiger's cache by the memory it finds when it starts." },
    ],
  },
  {
    name: "redis",
    title: "Redis and Valkey",
    family: "databases",
    why: "A data set in memory must never meet its limit, and a snapshot may double what is in use for a while: much headroom, early growth, and one core does the work.",
    settings: {
      cpu: {
        min: 1,
        max: 4,
        scaleUp: { above: "85%", for: "2m", step: 1 },
        scaleDown: { below: "20%", for: "15m", step: 1 },
      },
      memory: {
        min: "256MiB",
        max: "16GiB",
        headroom: "60%",
        scaleUp: { above: "70%", for: "1m", step: "256MiB", maxStep: "2GiB" },
        scaleDown: { below: "25%", for: "2h", step: "256MiB" },
      },
    },
    noticesAfterRestart: [],
  },
  {
    name: "memcached",
    title: "memcached",
    family: "databases",
    why: "Its cache has a fixed size, beside it there is little: memory needs room for connections only, and CPU follows the requests.",
    settings: {
      cpu: { min: 1, max: 4, target: "65%" },
      memory: {
        min: "128MiB",
        max: "8GiB",
        headroom: "20%",
        scaleUp: { above: "85%", step: "128MiB", maxStep: "512MiB" },
        scaleDown: { below: "40%", for: "1h", step: "128MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "memory", why: "memcached's cache has the size of `-m`, 64 MB unless set." },
      { resource: "cores", why: "memcached starts as many threads as `-t` says, four unless set." },
    ],
  },
  {
    name: "elasticsearch",
    title: "Elasticsearch",
    family: "databases",
    why: "Half of the memory is heap and the other half page cache that searches live on: large steps, and hardly ever back.",
    settings: {
      behaviour: "conservative",
      cpu: { min: 2, max: 12, target: "60%" },
      memory: {
        min: "2GiB",
        max: "32GiB",
        headroom: "30%",
        scaleUp: { above: "85%", step: "1GiB", maxStep: "4GiB" },
        scaleDown: { below: "35%", for: "6h", step: "512MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "memory", why: "Elasticsearch sizes its heap by the memory it finds when it starts." },
      { resource: "cores", why: "Elasticsearch sizes its thread pools by the cores it finds when it starts." },
    ],
  },
  {
    name: "opensearch",
    title: "OpenSearch",
    family: "databases",
    why: "Half of the memory is heap and the other half page cache that searches live on: large steps, and hardly ever back.",
    settings: {
      behaviour: "conservative",
      cpu: { min: 2, max: 12, target: "60%" },
      memory: {
        min: "2GiB",
        max: "32GiB",
        headroom: "30%",
        scaleUp: { above: "85%", step: "1GiB", maxStep: "4GiB" },
        scaleDown: { below: "35%", for: "6h", step: "512MiB" },
      },
    },
    noticesAfterRestart: [
      { resource: "memory", why: "OpenSearch has the heap of `-Xmx` in its `jvm.options`, whatever memory there is." },
      { resource: "cores", why: "OpenSearch sizes its thread pools by the cores it finds when it starts." },
    ],
  },
];
