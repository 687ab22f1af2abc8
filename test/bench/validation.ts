import { parseDocument } from "yaml";
import { readAutoscalerFile } from "../../src/config/index.js";
import { compared, medians, type Measurement } from "./measurement.js";

/** A file of 1,000 lines: findings and typed configuration, beside the parsing with ranges that is the floor of it. */
export async function measureValidation(): Promise<Measurement[]> {
  const text = file(1000);
  const times = await medians(
    25,
    () => readAutoscalerFile(text, { file: "autoscaler.yaml" }),
    () => parseDocument(text),
  );
  return [compared("validate 1,000 lines", "ms", times, "yaml parseDocument")];
}

function file(lines: number): string {
  const head = ["version: 1", "interval: 60s", "timezone: UTC", "policies:"];
  const policies = Array.from({ length: Math.floor((lines - head.length) / 9) }, (_, index) => [
    `  - name: policy-${index}`,
    `    match:`,
    `      tags: [tag-${index}]`,
    `    cpu:`,
    `      min: 1`,
    `      max: 8`,
    `      scaleUp: { above: 80%, for: 2m, step: 1 }`,
    `    memory:`,
    `      max: 8GiB`,
  ]);
  return `${[...head, ...policies.flat()].join("\n")}\n`;
}
