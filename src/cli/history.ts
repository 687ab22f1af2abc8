import type { AutoscalerConfig } from "../config/index.js";
import { configuredHistory, namedPrometheus, SampleStore, type HistorySource } from "../operate/index.js";
import type { CommandContext } from "./context.js";
import { readReferencedFile } from "./input-file.js";
import type { Session } from "./session.js";

/** What was recorded on this side for the connection of a session, kept as long as the file says. */
export function sampleStoreOf(session: Session, config: AutoscalerConfig | null): SampleStore {
  return new SampleStore(session.stateStore.location, config?.history.retentionSeconds);
}

/** Where the recorded usage comes from that the file asks for. */
export function historyOf({ surroundings }: CommandContext, session: Session, config: AutoscalerConfig): HistorySource {
  const lookup = { environment: surroundings.env, readFile: readReferencedFile };
  const prometheus = namedPrometheus(config, lookup);
  return configuredHistory({
    config,
    gateway: session.gateway,
    samples: sampleStoreOf(session, config),
    ...(prometheus === null ? {} : { prometheus }),
  });
}
