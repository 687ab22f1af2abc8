export { applyPlan, type Applied, type ApplyOptions } from "./apply-plan.js";
export { AuditLog, type AuditEvent, type FormerSize } from "./audit-log.js";
export { clusterClock, systemClock, type Clock } from "./clock.js";
export { diagnose, isHealthy, type CheckStatus, type DiagnoseOptions, type DoctorCheck } from "./diagnose.js";
export { dryRun, type DryRun, type DryRunOptions } from "./dry-run.js";
export { observe, type Observation, type ObserveOptions } from "./observe.js";
export {
  features,
  featureGaps,
  lackingForAll,
  pveumLines,
  seesNothing,
  type Feature,
  type FeatureGap,
} from "./privileges.js";
export { defaultRecordsDirectory, RecordsError, type RecordsLocation } from "./records.js";
export { readingOf, SampleStore, type ContainerReading, type Reading, type SampleRange } from "./samples/index.js";
export { StateStore } from "./state-store.js";
