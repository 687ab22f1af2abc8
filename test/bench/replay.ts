import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAutoscalerFile, type AutoscalerConfig } from "../../src/config/index.js";
import { replay, traceHeader, traceLine, TraceReader } from "../../src/engine/index.js";
import { medians, rounded, type Measurement } from "./measurement.js";

const containers = 100;
const minutes = 7 * 24 * 60;
const minute = 60_000;
const begin = Date.UTC(2026, 10, 14);
const gibibyte = 2 ** 30;
const rounds = 3;

/** The example that the documents show, of which a trace without tags and pools would match next to nothing. */
const file = `version: 1
interval: 60s
timezone: Europe/Berlin
defaults:
  match: { names: ["*"] }
  cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1, maxStep: 2 }, scaleDown: { below: 25%, for: 15m, step: 1 } }
  memory: { min: 512MiB, max: 8GiB, scaleUp: { above: 85%, for: 2m, step: 512MiB }, scaleDown: { below: 40%, for: 30m, step: 256MiB }, headroom: 20% }
  cooldown: { up: 1m, down: 10m }
policies:
  - name: web
    match: { names: ["web-*"] }
    cpu: { target: 60%, tolerance: 10%, max: 12 }
`;

/** A week of a hundred containers, a reading a minute, from CSV. Beside it a loop that splits the text and compares. */
export async function measureReplay(): Promise<Measurement[]> {
  const { config, findings } = readAutoscalerFile(file, { file: "autoscaler.yaml" });
  if (config === null) throw new Error(`The file of the benchmark has errors: ${JSON.stringify(findings)}`);
  const folder = await mkdtemp(join(tmpdir(), "lxc-autoscaler-bench-"));
  try {
    const path = join(folder, "week.csv");
    await writeFile(path, makeTrace());
    const times = await medians(
      rounds,
      () => ours(path, config),
      () => bareLoop(path),
    );
    return [
      {
        name: "replay, a week of 100 containers by the minute, from CSV",
        value: rounded(times.ours),
        unit: "ms",
        comparedWith: "a loop that splits the text and compares; at most 8 times that",
        ratio: rounded(times.ours / times.theirs),
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function ours(path: string, config: AutoscalerConfig): Promise<number> {
  const reader = new TraceReader();
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) reader.push(piece as Uint8Array);
  return replay({ config, trace: reader.finish() }).changes;
}

/** The least that any such program does: reads the text, splits it, and holds each reading against two thresholds. */
async function bareLoop(path: string): Promise<number> {
  const lines = (await readFile(path, "utf8")).split("\n");
  let changes = 0;
  for (let index = 1; index < lines.length; index += 1) {
    const [time = "", vmid = "", , , cpu = "", cores = "", memory = "", limit = ""] = (lines[index] ?? "").split(",");
    if (vmid === "") continue;
    const size = Number(cores);
    const wanted = Number(cpu) >= 0.8 ? size + 1 : Number(cpu) <= 0.25 ? size - 1 : size;
    if (Math.min(Math.max(wanted, 1), 8) !== size) changes += 1;
    if (Number(memory) / Number(limit) >= 0.85 && Date.parse(time) > 0) changes += 1;
  }
  return changes;
}

/** Days with a rhythm of their own for each container, and some noise. */
function makeTrace(): string {
  const lines = [traceHeader];
  for (let at = 0; at < minutes; at += 1) {
    for (let index = 0; index < containers; index += 1) {
      const day = 0.5 + 0.5 * Math.sin(((at + index * 97) / 1440) * 2 * Math.PI);
      const noise = ((index * 37 + at * 11) % 100) / 1000;
      const memory = 0.3 + 0.5 * day * ((index % 7) / 7) + noise / 5;
      lines.push(
        traceLine({
          time: begin + at * minute,
          vmid: 101 + index,
          node: `pve${(index % 3) + 1}`,
          name: index % 2 === 0 ? `web-${index}` : `job-${index}`,
          cpu: Math.round((0.05 + 0.8 * day * ((index % 9) / 9) + noise) * 1000) / 1000,
          cores: 1 + (index % 4),
          memory: Math.round(gibibyte * memory),
          memoryLimit: gibibyte,
        }),
      );
    }
  }
  return lines.join("");
}
