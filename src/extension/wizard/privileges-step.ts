import { env, l10n, QuickPickItemKind, window, type QuickPickItem } from "vscode";
import type { DoctorCheck, FeatureGap } from "../../operate/index.js";
import type { ConnectionOptions, Gateway } from "../../proxmox/index.js";
import { loadOperate } from "../base/rooms.js";
import { viewIds } from "../ids.js";
import { askChoice, type Answer, type Choice, type Place } from "./questions.js";

export interface PrivilegesQuestion extends Place {
  readonly gateway: Gateway;
  readonly connection: ConnectionOptions;
  readonly signal: AbortSignal;
}

type Next = "done" | "again" | { readonly copy: string };

/** What was found out about a connection. */
interface Findings {
  readonly checks: readonly DoctorCheck[];
  /** Empty where the privileges could not be read; the checks say why. */
  readonly gaps: readonly FeatureGap[];
  /** The lines that grant all of it. */
  readonly lines: readonly string[];
}

/** Shows which features are ready and which are not, with the lines that mend it, until the person is done. */
export async function showPrivileges(question: PrivilegesQuestion): Promise<Answer<true>> {
  const { identity } = question.gateway;
  for (let findings: Findings | null = null; ;) {
    findings ??= await window.withProgress({ location: { viewId: viewIds.containers } }, () => look(question));
    const answer = await askChoice<Next>({
      ...question,
      placeholder: l10n.t("What works with {0}; pick a line to copy what mends it", identity),
      choices: choices(findings),
    });
    if (answer.kind !== "value") return answer;
    if (answer.value === "done") return { kind: "value", value: true };
    if (answer.value === "again") findings = null;
    else {
      await env.clipboard.writeText(`${answer.value.copy}\n`);
      window.setStatusBarMessage(l10n.t("Copied. Paste it into a root shell of any node."), 5000);
    }
  }
}

async function look({ gateway, connection, signal }: PrivilegesQuestion): Promise<Findings> {
  const { diagnose, featureGaps, pveumLines } = await loadOperate();
  const checks = await diagnose(gateway, { now: Date.now, connection, signal });
  const lines = pveumLines(gateway.identity);
  if (checks.some(({ id, status }) => id === "connection" && status === "failed")) return { checks, gaps: [], lines };
  try {
    const [permissions, inventory] = await Promise.all([
      gateway.permissions({ signal }),
      gateway.inventory({ signal }),
    ]);
    return { checks, gaps: featureGaps(permissions, inventory.containers, inventory.nodes), lines };
  } catch {
    // The same failure stands among the checks, in its own words.
    return { checks, gaps: [], lines };
  }
}

const icons: Record<DoctorCheck["status"], string> = {
  ok: "$(pass)",
  warning: "$(warning)",
  failed: "$(error)",
  skipped: "$(circle-slash)",
};

function choices({ checks, gaps, lines }: Findings): readonly (Choice<Next> | QuickPickItem)[] {
  const lacking = gaps.filter(({ extent }) => extent !== "complete");
  const ofConnection = checks.filter(
    ({ id, status }) => status !== "skipped" && (gaps.length === 0 || !id.startsWith("privileges.")),
  );
  const grant: Choice<Next> = {
    label: `$(copy) ${l10n.t("Copy the pveum lines that grant what is missing")}`,
    detail: lines.at(-1) ?? "",
    value: { copy: lines.join("\n") },
  };
  const done: Choice<Next> = {
    label: `$(check) ${lacking.length === 0 ? l10n.t("Everything is ready: done") : l10n.t("Done")}`,
    value: "done",
  };
  const again: Choice<Next> = { label: `$(refresh) ${l10n.t("Check again")}`, value: "again" };
  return [
    ...(lacking.length === 0 ? [done, again] : [grant, again, done]),
    { label: l10n.t("Features"), kind: QuickPickItemKind.Separator },
    ...gaps.map((gap) => featureChoice(gap, lines)),
    { label: l10n.t("Connection"), kind: QuickPickItemKind.Separator },
    ...ofConnection.map(({ status, message, fix }): Choice<Next> => ({
      label: `${icons[status]} ${message}`,
      ...(fix === null ? {} : { detail: fix.replaceAll("\n", "  ⏎  ") }),
      value: fix === null ? "again" : { copy: fix },
    })),
  ];
}

function featureChoice({ feature, extent, missing, where }: FeatureGap, lines: readonly string[]): Choice<Next> {
  const ability = `${feature.ability.charAt(0).toUpperCase()}${feature.ability.slice(1)}`;
  if (extent === "complete") return { label: `$(pass) ${ability}`, description: l10n.t("ready"), value: "again" };
  const places = extent === "some" ? ` ${l10n.t("for {0}", where.slice(0, 3).join(", "))}` : "";
  return {
    label: `${feature.required ? "$(error)" : "$(warning)"} ${ability}`,
    detail: l10n.t("{0} is missing{1}", missing.join(", "), places),
    value: { copy: lines.join("\n") },
  };
}
