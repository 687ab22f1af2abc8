import { env, l10n, window, QuickPickItemKind } from "vscode";
import type { PresentedCertificate } from "../../proxmox/index.js";
import { askChoice, type Answer, type Choice, type Place } from "./questions.js";

/** The line that shows a node's fingerprint, from the node itself. */
export const fingerprintCommand = "pvenode cert info --output-format yaml";

export interface CertificateQuestion extends Place {
  readonly host: string;
  readonly certificate: PresentedCertificate;
  /** What has been trusted until now. */
  readonly former?: readonly string[];
}

/** Shows a certificate's fingerprint and asks whether it is the host's. A value means: it is the same, pin it. */
export async function askCertificate(question: CertificateQuestion): Promise<Answer<true>> {
  const { host, certificate } = question;
  const pairs = certificate.fingerprint.split(":");
  // In two rows: a picker cuts a longer line off, and a fingerprint that is cut off can't be compared.
  const rows = [`$(key) ${pairs.slice(0, 16).join(":")}:`, `$(blank) ${pairs.slice(16).join(":")}`];
  const until = certificate.validTo.slice(0, 10);
  for (;;) {
    const answer = await askChoice<"trust" | "copy" | "command" | "stay" | "refuse">({
      ...question,
      placeholder:
        question.former === undefined
          ? l10n.t("Compare the SHA-256 fingerprint of {0} with the host's own", host)
          : l10n.t("The certificate of {0} has changed: compare it with the host's own", host),
      active: 0,
      choices: [
        ...rows.map((label): Choice<"copy"> => ({ label, value: "copy" })),
        { label: "", kind: QuickPickItemKind.Separator },
        {
          label: `$(shield) ${l10n.t("It is the same: trust it")}`,
          detail: l10n.t("Issued to {0}, valid until {1}; no other will be accepted", subject(certificate), until),
          value: "trust",
        },
        {
          label: `$(circle-slash) ${l10n.t("It is another, or I can't tell: do not connect")}`,
          value: "refuse",
        },
        { label: "", kind: QuickPickItemKind.Separator },
        {
          label: `$(terminal) ${l10n.t("On the host: copy the command that shows it")}`,
          detail: fingerprintCommand,
          value: "command",
        },
        {
          label: `$(globe) ${l10n.t("In the web interface of another computer")}`,
          detail: l10n.t("Node › System › Certificates"),
          value: "stay",
        },
      ],
    });
    if (answer.kind !== "value") return answer;
    switch (answer.value) {
      case "trust":
        return { kind: "value", value: true };
      case "refuse":
        return { kind: "cancelled" };
      case "stay":
        break;
      case "copy":
      case "command": {
        const text = answer.value === "copy" ? certificate.fingerprint : fingerprintCommand;
        await env.clipboard.writeText(text);
        window.setStatusBarMessage(l10n.t("Copied: {0}", text), 5000);
      }
    }
  }
}

/** `CN=pve1.example, OU=PVE Cluster Node` → `pve1.example`. */
function subject({ subject: text }: PresentedCertificate): string {
  return /CN=([^,\n]+)/u.exec(text)?.[1] ?? text;
}
