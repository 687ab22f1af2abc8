import type { AutoscalerConfig } from "../config/index.js";
import { configuredHistory, SampleStore, type HistorySource } from "../operate/index.js";
import type { Session } from "./session.js";

/** What was recorded on this side for the connection of a session, kept as long as the file says. */
export function sampleStoreOf(session: Session, config: AutoscalerConfig | null): SampleStore {
  return new SampleStore(session.stateStore.location, config?.history.retentionSeconds);
}

/** Where the recorded usage comes from that the file asks for. */
export function historyOf(session: Session, config: AutoscalerConfig): HistorySource {
  return configuredHistory({ config, gateway: session.gateway, samples: sampleStoreOf(session, config) });
}
