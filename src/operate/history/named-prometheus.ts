import { resolveReference, type AutoscalerConfig, type Environment, type ReadFile } from "../../config/index.js";
import type { UsageHistory } from "../../model/index.js";
import { openPrometheus, PrometheusError, type PrometheusConnection } from "./prometheus-server.js";
import { prometheusHistory } from "./prometheus.js";
import type { HistorySource } from "./source.js";

/** Where references of a file are looked up. */
export interface Lookup {
  readonly environment: Environment;
  readonly readFile: ReadFile;
}

/**
 * The server that `history.prometheus` names; `null` where it names none. It is connected to for each reading and no longer;
 * its secrets are looked up then, and what is missing is a problem.
 */
export function namedPrometheus(
  config: Pick<AutoscalerConfig, "history" | "intervalSeconds">,
  lookup: Lookup,
): HistorySource | null {
  const { prometheus } = config.history;
  if (prometheus === null) return null;
  return async (request) => {
    try {
      await using server = openPrometheus(connectionOf(prometheus, lookup));
      const { cluster } = prometheus;
      const { intervalSeconds } = config;
      const source = prometheusHistory({ server, intervalSeconds, ...(cluster === undefined ? {} : { cluster }) });
      return await source(request);
    } catch (error) {
      if (!(error instanceof PrometheusError)) throw error;
      return { history: new Map<number, UsageHistory>(), problems: [{ node: null, message: error.message }] };
    }
  };
}

type Named = NonNullable<AutoscalerConfig["history"]["prometheus"]>;

function connectionOf({ url, token, ca }: Named, { environment, readFile }: Lookup): PrometheusConnection {
  const resolved = (key: string, text: string): string => {
    const resolution = resolveReference(text, environment, readFile);
    if (!("missing" in resolution)) return resolution.value.trim();
    throw new PrometheusError(`history.prometheus.${key} refers to ${resolution.missing}, which is not set.`);
  };
  const authorityOf = (path: string): string => {
    const pem = readFile(path);
    if (pem !== null) return pem;
    throw new PrometheusError(`history.prometheus.ca: ${path} can't be read.`);
  };
  return {
    url: resolved("url", url),
    ...(token === undefined ? {} : { token: resolved("token", token) }),
    ...(ca === undefined ? {} : { authority: authorityOf(resolved("ca", ca)) }),
  };
}
