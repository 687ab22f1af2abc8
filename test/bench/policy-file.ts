/** A valid autoscaler file of about so many lines: a head of four and policies of nine lines each. */
export function policyFile(lines: number): string {
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
