import { commands, l10n, ProgressLocation, Uri, window, workspace, type Progress } from "vscode";
import type { AutoscalerConfig } from "../../../config/index.js";
import type { ReplaySource } from "../../../operate/index.js";
import type { App } from "../../app.js";
import { ProblemError } from "../../base/problem.js";
import { loadConfig, loadEngine, loadOperate } from "../../base/rooms.js";
import type { Cluster } from "../../cluster/cluster.js";
import { runCommand, tell } from "../../notify.js";
import { replayReport } from "../../replay/replay-report.js";
import { runReplay } from "../../replay/replay-run.js";
import { readTraceFile } from "../../replay/trace-file.js";
import type { PlanSource } from "../../scaling/plan-source.js";
import { readSource } from "../../scaling/read-source.js";
import { plannedFile, plannedRun, reportRunFailure } from "../plan/planned-file.js";

const hours = 24;

type Told = Progress<{ readonly message?: string; readonly increment?: number }>;

/**
 * Shows what the file, or one policy of it, would have done with the last day's usage as the server itself recorded it.
 * Where the text in the editor is not saved, beside what the saved one would have done. Reads only. The address of what
 * is shown; `null`: given up, or it could not be done, which is told.
 */
export async function replay(app: App, target?: unknown, policy?: unknown): Promise<Uri | null> {
  const planned = await plannedRun(app, target, (name) => l10n.t("Replay of {0}", name));
  if (planned === null) return null;
  const { uri, source, cluster } = planned;
  return shown(app, {
    uri,
    source,
    // A menu hands over what was clicked; only a name is one of a policy.
    policy: typeof policy === "string" ? policy : null,
    cluster,
    over: (configs, signal, told) => recordedUsage(cluster, configs, signal, told),
  });
}

/** The same over a trace that was recorded to a file, which the person picks. Needs no connection. */
export async function replayTrace(app: App, target?: unknown, trace?: unknown): Promise<Uri | null> {
  const uri = await plannedFile(app, target);
  if (uri === null) return null;
  const [picked] =
    trace instanceof Uri
      ? [trace]
      : ((await window.showOpenDialog({
          title: l10n.t("Recorded trace to replay"),
          openLabel: l10n.t("Replay"),
          filters: { [l10n.t("Traces")]: ["csv"] },
        })) ?? []);
  if (picked === undefined) return null;
  const source = await app.files.read(uri);
  const known = app.clusters.all.find(({ inventory }) => inventory.inventory !== null) ?? null;
  return shown(app, {
    uri,
    source,
    policy: null,
    cluster: known,
    over: async (_configs, signal, told) => {
      const recorded = await readTraceFile(picked.fsPath, signal, (readings) =>
        told.report({ message: l10n.t("{0} readings", readings.toLocaleString()) }),
      );
      // A trace has no tags and pools: those of now, where somebody knows them.
      const inventory = known?.inventory.inventory ?? null;
      if (inventory === null) return { trace: recorded };
      return {
        trace: recorded,
        known: new Map(inventory.containers.map(({ vmid, tags, pool }) => [vmid, { tags, pool }])),
      };
    },
  });
}

interface Wish {
  readonly uri: Uri;
  readonly source: PlanSource;
  /** Only of the containers of this policy; `null`: of all. */
  readonly policy: string | null;
  readonly cluster: Cluster | null;
  readonly over: (configs: readonly AutoscalerConfig[], signal: AbortSignal, told: Told) => Promise<ReplaySource>;
}

async function shown(app: App, wish: Wish): Promise<Uri | null> {
  const abort = new AbortController();
  const signal = AbortSignal.any([abort.signal, app.lifetime]);
  const title = l10n.t("Replay of {0}", wish.source.name);
  try {
    const text = await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      (told, token) => {
        token.onCancellationRequested(() => abort.abort());
        return reportOf(app, wish, signal, told);
      },
    );
    // What the tab is called after, without what has a meaning in addresses.
    const about = (wish.policy ?? wish.source.name).replace(/\.ya?ml$/u, "").replaceAll(/[^\p{L}\p{N}.-]+/gu, "_");
    const uri = app.documents.put(`/replay/${l10n.t("Replay of {0}", about)}.md`, { text });
    await commands.executeCommand("markdown.showPreview", uri).then(undefined, async () => {
      // The editor's own preview may be switched off.
      await window.showTextDocument(uri);
    });
    return uri;
  } catch (error) {
    if (signal.aborted) return null;
    reportRunFailure(app, error, wish.cluster);
    return null;
  }
}

async function reportOf(app: App, wish: Wish, signal: AbortSignal, told: Told): Promise<string> {
  const { source, policy } = wish;
  const typed = await readSource(source, app.surroundings());
  const saved = await savedConfig(app, wish);
  const configs = saved === null ? [typed] : [saved, typed];
  const recorded = await wish.over(configs, signal, told);
  if (recorded.trace.length === 0) {
    throw new ProblemError({
      kind: "failed",
      sentence: l10n.t("There is no recorded usage to replay {0} over.", source.name),
    });
  }
  let percent = 0;
  const replays = await runReplay({
    configs,
    source: recorded,
    signal,
    onProgress: (done) => {
      const now = Math.floor(done * 100);
      if (now === percent) return;
      told.report({ message: l10n.t("{0} %", now), increment: now - percent });
      percent = now;
    },
  });
  const [words, { reasonText }] = await Promise.all([loadOperate(), loadEngine()]);
  return replayReport({
    title:
      policy === null
        ? l10n.t("Replay of {0}", source.name)
        : l10n.t("Replay of policy {0} in {1}", policy, source.name),
    trace: words.replayedTrace(recorded.trace),
    shown: replays.map(({ replay, log }, index) => ({
      replay: {
        ...replay,
        file: replays.length === 1 ? source.name : index === 0 ? l10n.t("saved") : l10n.t("as typed"),
      },
      log,
    })),
    about: policy === null ? null : await containersOf(configs, policy, recorded),
    words,
    reasonText,
  });
}

/** What the saved file says, where the text in the editor is another and it can be compared with. */
async function savedConfig(app: App, { uri, source }: Wish): Promise<AutoscalerConfig | null> {
  const document = workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  if (document === undefined || !document.isDirty || document.isUntitled) return null;
  try {
    const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
    return text === source.text ? null : await readSource({ ...source, text }, app.surroundings());
  } catch {
    // What is on the disk has errors, or is gone: then there is nothing to compare with.
    return null;
  }
}

/** The containers that a policy means, in any of the files. */
async function containersOf(
  configs: readonly AutoscalerConfig[],
  policy: string,
  { trace, known }: ReplaySource,
): Promise<ReadonlySet<number>> {
  const { effectiveSettings } = await loadConfig();
  const at = trace.time.at(-1) ?? 0;
  return new Set(
    trace.places.flatMap(({ vmid, node, name }) => {
      const { tags = [], pool = null } = known?.get(vmid) ?? {};
      const subject = { vmid, node, name, tags, pool };
      return configs.some((config) => effectiveSettings(config, subject, at).policies.includes(policy)) ? [vmid] : [];
    }),
  );
}

/** The server's own record of the last day of every container that one of the files manages. */
async function recordedUsage(
  cluster: Cluster,
  configs: readonly AutoscalerConfig[],
  signal: AbortSignal,
  told: Told,
): Promise<ReplaySource> {
  const [{ effectiveSettings }, { clusterClock, recordedTrace, surveyUsage }] = await Promise.all([
    loadConfig(),
    loadOperate(),
  ]);
  told.report({ message: l10n.t("reading {0}", cluster.fullName) });
  const gateway = await cluster.gateway();
  const clock = await clusterClock(gateway, signal);
  const inventory = await gateway.inventory({ signal });
  const managed = inventory.containers.filter((container) =>
    configs.some((config) => effectiveSettings(config, container, clock()).managed),
  );
  const meant = { ...inventory, containers: managed };
  const overSeconds = hours * 3600;
  const { history, problems } = await surveyUsage({
    gateway,
    inventory: meant,
    overSeconds,
    even: true,
    signal,
    onProgress: (done, of) => told.report({ message: l10n.t("recorded usage, {0} of {1} containers", done, of) }),
  });
  const [problem] = problems;
  if (problem !== undefined) {
    tell("warning", problem.message, { title: l10n.t("Show log"), run: () => runCommand("lxcAutoscaler.showLog") });
  }
  return recordedTrace(meant, history, clock() - overSeconds * 1000);
}
