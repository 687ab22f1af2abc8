import { parseDocument } from "yaml";
import { readAutoscalerFile } from "../../src/config/index.js";
import { compared, medians, type Measurement } from "./measurement.js";
import { policyFile } from "./policy-file.js";

/** A file of 1,000 lines: findings and typed configuration, beside the parsing with ranges that is the floor of it. */
export async function measureValidation(): Promise<Measurement[]> {
  const text = policyFile(1000);
  const times = await medians(
    25,
    () => readAutoscalerFile(text, { file: "autoscaler.yaml" }),
    () => parseDocument(text),
  );
  return [compared("validate 1,000 lines", "ms", times, "yaml parseDocument")];
}
