export { applyPlan, beginPlan, type Applied, type ApplyOptions, type Begun } from "./apply-plan.js";
export { AuditLog, type AuditEvent, type AuditRecord, type FormerSize } from "./audit-log.js";
export type { Stage } from "./carry-out.js";
export { clusterClock, systemClock, systemWait, type Clock, type Wait } from "./clock.js";
export { diagnose, isHealthy, type CheckStatus, type DiagnoseOptions, type DoctorCheck } from "./diagnose.js";
export { dryRun, type DryRun, type DryRunOptions } from "./dry-run.js";
export {
  explainCircumstances,
  explainDocument,
  explainedChanges,
  explainHeadline,
  explainTime,
  originNames,
  originText,
  recordedPast,
  settingText,
  type ExplainDocument,
  type NameOfOrigin,
} from "./explain/index.js";
export { configuredHistory, type ConfiguredHistoryOptions } from "./history/configured.js";
export { mergeHistories } from "./history/merge.js";
export { namedPrometheus } from "./history/named-prometheus.js";
export { prometheusHistory, type PrometheusHistoryOptions } from "./history/prometheus.js";
export {
  openPrometheus,
  PrometheusError,
  type PrometheusConnection,
  type PrometheusServer,
} from "./history/prometheus-server.js";
export { proxmoxHistory } from "./history/proxmox.js";
export type { HistoryRequest, HistorySource, RecordedUsage, WantedHistory } from "./history/source.js";
export { runLoop, type LoopOptions, type LoopResult } from "./loop/control-loop.js";
export type { LoopEvent, LoopEventName } from "./loop/events.js";
export type { ConfigurationChange, ConfigurationSource, Lease } from "./loop/ports.js";
export { recordUsage, type Recording, type RecordingOptions } from "./loop/recording.js";
export { systemTimer, type Timer } from "./loop/ticks.js";
export {
  formatLease,
  leaseIn,
  NotesLease,
  standingLease,
  withLease,
  withoutLease,
  type LeaseMark,
  type StandingLease,
} from "./lease/index.js";
export { observe, wantedHistories, type Observation, type ObserveOptions } from "./observe.js";
export {
  features,
  featureGaps,
  lackingForAll,
  pveumLines,
  seesNothing,
  type Feature,
  type FeatureGap,
} from "./privileges.js";
export {
  changeInPercent,
  containerPairs,
  nothingRecorded,
  figureColumns,
  figureNotes,
  figureText,
  recordedTrace,
  replayedTrace,
  replayedWords,
  replayMarkdown,
  replayTimeText,
  shownReasons,
  type ContainerPair,
  type FigureId,
  type ReplayedTrace,
  type ReplaySource,
  type ShownReplay,
} from "./replay/index.js";
export { recordedClusters, type RecordedCluster } from "./recorded-clusters.js";
export { defaultRecordsDirectory, RecordsError, type RecordsLocation } from "./records.js";
export { knownState, recover } from "./recovery.js";
export { pastRuns, type PastChange, type PastRun } from "./past-runs.js";
export {
  planRollback,
  rollBack,
  runToUndo,
  type Restoration,
  type RollbackOptions,
  type RollbackPlan,
  type RollbackTerms,
  type RollbackWish,
} from "./rollback.js";
export { readingOf, SampleStore, type ContainerReading, type Reading, type SampleRange } from "./samples/index.js";
export { StateStore } from "./state-store.js";
export { surveyUsage, type UsageSurveyOptions } from "./usage-survey.js";
export { proposeFile, type Proposal, type ProposalInput } from "./propose-file.js";
