import { env, l10n, window, QuickPickItemKind } from "vscode";
import type { DoctorCheck } from "../../operate/index.js";
import type { ConnectionOptions, Gateway } from "../../proxmox/index.js";
import { loadOperate } from "../base/rooms.js";
import { askChoice, type Answer, type Choice, type Place } from "./questions.js";

export interface PrivilegesQuestion extends Place {
  readonly gateway: Gateway;
  readonly connection: ConnectionOptions;
  readonly signal: AbortSignal;
}

type Next = "done" | "again" | { readonly copy: string };

/** Shows what works and what does not, with the lines that mend it, until the person is done. */
export async function showPrivileges(question: PrivilegesQuestion): Promise<Answer<true>> {
  const { diagnose } = await loadOperate();
  const { gateway, connection, signal } = question;
  for (let checks: readonly DoctorCheck[] | null = null; ;) {
    checks ??= await diagnose(gateway, { now: Date.now, connection, signal });
    const answer = await askChoice<Next>({
      ...question,
      placeholder: l10n.t("What works with {0}; pick a line to copy what mends it", gateway.identity),
      choices: choices(checks),
    });
    if (answer.kind !== "value") return answer;
    if (answer.value === "done") return { kind: "value", value: true };
    if (answer.value === "again") checks = null;
    else {
      await env.clipboard.writeText(answer.value.copy);
      window.setStatusBarMessage(l10n.t("Copied. Paste it into a root shell of any node."), 5000);
    }
  }
}

const icons: Record<DoctorCheck["status"], string> = {
  ok: "$(pass)",
  warning: "$(warning)",
  failed: "$(error)",
  skipped: "$(circle-slash)",
};

function choices(
  checks: readonly DoctorCheck[],
): readonly (Choice<Next> | { label: string; kind: QuickPickItemKind })[] {
  const shown = checks.filter(({ status }) => status !== "skipped");
  const wrong = shown.filter(({ fix }) => fix !== null);
  return [
    {
      label: wrong.length === 0 ? `$(check) ${l10n.t("Everything is ready: done")}` : `$(check) ${l10n.t("Done")}`,
      value: "done",
    },
    { label: `$(refresh) ${l10n.t("Check again")}`, value: "again" },
    { label: l10n.t("Checks"), kind: QuickPickItemKind.Separator },
    ...shown.map(({ status, message, fix }): Choice<Next> => ({
      label: `${icons[status]} ${message}`,
      ...(fix === null ? {} : { detail: `$(copy) ${fix.replaceAll("\n", "  ⏎  ")}` }),
      value: fix === null ? "again" : { copy: fix },
    })),
  ];
}
