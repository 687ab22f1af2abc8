import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compared, medians, rounded, type Measurement } from "./measurement.js";
import { cli, runNode } from "./programs.js";

/** How much longer than an empty Node the command line takes to start; the promise is at most 150 ms. */
export async function measureStart(): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), "lxc-autoscaler-bench-"));
  try {
    const file = join(folder, "autoscaler.yaml");
    await writeFile(
      file,
      "version: 1\npolicies:\n  - name: web\n    match: { tags: [web] }\n    cpu: { target: 60% }\n",
    );
    const help = await medians(9, () => runNode([cli, "--help"]), empty);
    const validate = await medians(9, () => runNode([cli, "validate", file]), empty);
    return [
      compared("cli --help", "ms", help, "node -e 0"),
      beyond("cli --help beyond node -e 0", help),
      compared("cli validate", "ms", validate, "node -e 0"),
      beyond("cli validate beyond node -e 0", validate),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function empty(): void {
  runNode(["-e", "0"]);
}

function beyond(name: string, times: { readonly ours: number; readonly theirs: number }): Measurement {
  const value = rounded(times.ours - times.theirs);
  return { name, value, unit: "ms", comparedWith: "limit of 150 ms", ratio: rounded(value / 150) };
}
