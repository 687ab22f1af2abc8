import { openTransport, ProxmoxError, TransportFailure, trustStore, type Transport } from "../../proxmox/index.js";

/** How a server of Prometheus' kind is reached. */
export interface PrometheusConnection {
  /** `https://prometheus.example:9090`, with the path it may be served under. */
  readonly url: string;
  /** Sent as `Authorization: Bearer …`: over HTTPS, or to this machine. */
  readonly token?: string;
  /** PEM text of the authority that signed its certificate; the system's unless given. */
  readonly authority?: string;
}

/** One series of an answer: its labels and `[seconds, value]`, NaN and infinities included. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [number, number])[];
}

export interface PrometheusServer extends AsyncDisposable {
  /** `prometheus.example:9090`. */
  readonly name: string;
  /** Values at one time (seconds), or at each step from `start` to `end`. Rejects with {@link PrometheusError}. */
  query(query: string, at: number, signal?: AbortSignal): Promise<readonly Series[]>;
  queryRange(query: string, range: QueryRange, signal?: AbortSignal): Promise<readonly Series[]>;
}

/** Seconds since the epoch, both inside. */
export interface QueryRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Why a server could not be asked. The message is a sentence without secrets. */
export class PrometheusError extends Error {
  override readonly name = "PrometheusError";
}

const timeoutSeconds = 30;
const largestAnswer = 256 * 1024 * 1024;

/**
 * A server that speaks Prometheus' HTTP API (also Thanos, Mimir and VictoriaMetrics). Nothing is sent yet. Throws
 * {@link PrometheusError} for an address, an authority or a token that can't be used.
 */
export function openPrometheus({ url, token, authority }: PrometheusConnection): PrometheusServer {
  const address = addressOf(url);
  const secure = address.protocol === "https:";
  const host = address.hostname.replace(/^\[|\]$/gu, "");
  const port = Number(address.port === "" ? (secure ? 443 : 80) : address.port);
  const name = `${address.hostname}:${port}`;
  if (token !== undefined && !secure && !isThisMachine(host)) {
    throw new PrometheusError(
      `The token for ${name} is not sent, because ${address.origin} is not encrypted: use https.`,
    );
  }
  const transport = openTransport({ host, port, name, url: `${address.protocol}//${name}` }, trustOf(authority), {
    connectSeconds: 10,
    silenceSeconds: timeoutSeconds,
    bodyBytes: largestAnswer,
  });
  const ask = async (path: string, fields: Readonly<Record<string, string>>, signal?: AbortSignal) => {
    const limit = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      const answer = await transport.send({
        method: "POST",
        path: `${address.pathname.replace(/\/$/u, "")}/api/v1/${path}`,
        headers: {
          accept: "application/json",
          "content-type": "application/x-www-form-urlencoded",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        // In the body, because the names of thousands of containers are too long for an address.
        body: new URLSearchParams(fields).toString(),
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      });
      return seriesOf(answer.status, answer.body);
    } catch (error) {
      if (signal?.aborted === true) throw new ProxmoxError("cancelled", "Cancelled: reading recorded usage.");
      throw new PrometheusError(`Prometheus at ${name} could not be read: ${faultOf(error, limit.aborted)}.`);
    }
  };
  return {
    name,
    query: (query, at, signal) => ask("query", { query, time: String(at) }, signal),
    queryRange: (query, { start, end, step }, signal) =>
      ask("query_range", { query, start: String(start), end: String(end), step: String(step) }, signal),
    [Symbol.asyncDispose]: () => (transport satisfies Transport)[Symbol.asyncDispose](),
  };
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !["http:", "https:"].includes(address.protocol)) {
    throw new PrometheusError("history.prometheus.url is no address such as https://prometheus.example:9090.");
  }
  if (address.username !== "" || address.password !== "") {
    throw new PrometheusError("history.prometheus.url holds a password: give a token beside it instead.");
  }
  return address;
}

function trustOf(authority: string | undefined): ReturnType<typeof trustStore> {
  try {
    return trustStore(authority === undefined ? { kind: "system" } : { kind: "authority", pem: authority });
  } catch (error) {
    throw new PrometheusError(`history.prometheus.ca: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/u.test(host);
}

function faultOf(error: unknown, timedOut: boolean): string {
  if (timedOut) return `no answer within ${timeoutSeconds} seconds`;
  if (error instanceof TransportFailure) {
    if (error.distrust !== null) return `its certificate is not trusted (${error.distrust.code})`;
    return error.code === "ECONNREFUSED" ? "nothing listens there" : `${error.message} (${error.code})`;
  }
  return error instanceof PrometheusError ? error.message : "its answer can't be read";
}

/** Reads an answer: `{"status":"success","data":{"result":[{"metric":{…},"value":[…]|"values":[[…]]}]}}`. */
function seriesOf(status: number, body: string): readonly Series[] {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    throw new PrometheusError(status === 200 ? "its answer is not JSON" : `it answered ${status}`);
  }
  const {
    status: state,
    error,
    data,
  } = answer as {
    readonly status?: unknown;
    readonly error?: unknown;
    readonly data?: { readonly result?: unknown };
  };
  if (state !== "success" || !Array.isArray(data?.result)) {
    throw new PrometheusError(typeof error === "string" ? `it answered ${status}: ${error}` : `it answered ${status}`);
  }
  return (data.result as readonly RawSeries[]).map(({ metric, value, values }) => ({
    labels: metric ?? {},
    points: (values ?? (value === undefined ? [] : [value])).map(([time, text]) => [time, numberOf(text)] as const),
  }));
}

interface RawSeries {
  readonly metric?: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** Prometheus writes `NaN`, `+Inf` and `-Inf` beside plain numbers. */
function numberOf(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}
