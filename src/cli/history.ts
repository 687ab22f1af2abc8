import { resolveReference, type AutoscalerConfig } from "../config/index.js";
import type { ContainerHistory } from "../model/index.js";
import {
  configuredHistory,
  openPrometheus,
  PrometheusError,
  prometheusHistory,
  SampleStore,
  type HistorySource,
  type PrometheusConnection,
} from "../operate/index.js";
import type { CommandContext } from "./context.js";
import { readReferencedFile } from "./input-file.js";
import type { Session } from "./session.js";

type Environment = CommandContext["surroundings"]["env"];

/** What was recorded on this side for the connection of a session, kept as long as the file says. */
export function sampleStoreOf(session: Session, config: AutoscalerConfig | null): SampleStore {
  return new SampleStore(session.stateStore.location, config?.history.retentionSeconds);
}

/** Where the recorded usage comes from that the file asks for. */
export function historyOf({ surroundings }: CommandContext, session: Session, config: AutoscalerConfig): HistorySource {
  return configuredHistory({
    config,
    gateway: session.gateway,
    samples: sampleStoreOf(session, config),
    ...(config.history.prometheus === null ? {} : { prometheus: prometheusOf(config, surroundings.env) }),
  });
}

/** The server is connected to for each reading and no longer; its secrets are looked up then, and what is missing is a problem. */
function prometheusOf(config: AutoscalerConfig, environment: Environment): HistorySource {
  return async (request) => {
    try {
      await using server = openPrometheus(connectionOf(config, environment));
      const cluster = config.history.prometheus?.cluster;
      const { intervalSeconds } = config;
      const source = prometheusHistory({ server, intervalSeconds, ...(cluster === undefined ? {} : { cluster }) });
      return await source(request);
    } catch (error) {
      if (!(error instanceof PrometheusError)) throw error;
      return { history: new Map<number, ContainerHistory>(), problems: [{ node: null, message: error.message }] };
    }
  };
}

function connectionOf({ history }: AutoscalerConfig, environment: Environment): PrometheusConnection {
  const { url = "", token, ca } = history.prometheus ?? {};
  const resolved = (key: string, text: string): string => {
    const resolution = resolveReference(text, environment, readReferencedFile);
    if (!("missing" in resolution)) return resolution.value.trim();
    throw new PrometheusError(`history.prometheus.${key} refers to ${resolution.missing}, which is not set.`);
  };
  const authorityOf = (path: string): string => {
    const pem = readReferencedFile(path);
    if (pem !== null) return pem;
    throw new PrometheusError(`history.prometheus.ca: ${path} can't be read.`);
  };
  return {
    url: resolved("url", url),
    ...(token === undefined ? {} : { token: resolved("token", token) }),
    ...(ca === undefined ? {} : { authority: authorityOf(resolved("ca", ca)) }),
  };
}
