import { env, l10n, window, QuickPickItemKind } from "vscode";
import type { PresentedCertificate } from "../../proxmox/index.js";
import { askChoice, type Answer, type Place } from "./questions.js";

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
  // In two halves: a picker cuts a longer line off, and a fingerprint that is cut off can't be compared.
  const [first, second] = [pairs.slice(0, 16).join(":"), pairs.slice(16).join(":")];
  const until = certificate.validTo.slice(0, 10);
  for (;;) {
    const answer = await askChoice<"trust" | "copy" | "command" | "refuse">({
      ...question,
      placeholder:
        question.former === undefined
          ? l10n.t("Compare the fingerprint with the one on the host before you trust it")
          : l10n.t("The certificate has changed. Compare it on the host before you trust it"),
      active: 1,
      choices: [
        { label: l10n.t("SHA-256 fingerprint of {0}", host), kind: QuickPickItemKind.Separator },
        { label: `$(key) ${first}:`, detail: `      ${second}`, value: "copy" },
        { label: l10n.t("Is it the host's own?"), kind: QuickPickItemKind.Separator },
        {
          label: `$(shield) ${l10n.t("It is the same: trust it")}`,
          detail: l10n.t(
            "Only this certificate will be accepted (issued to {0}, valid until {1})",
            subject(certificate),
            until,
          ),
          value: "trust",
        },
        {
          label: `$(terminal) ${l10n.t("Copy the command that shows it on the host")}`,
          detail: l10n.t("{0} · or in the web interface: node › System › Certificates", fingerprintCommand),
          value: "command",
        },
        {
          label: `$(circle-slash) ${l10n.t("It is another, or I can't tell: do not connect")}`,
          value: "refuse",
        },
      ],
    });
    if (answer.kind !== "value") return answer;
    switch (answer.value) {
      case "trust":
        return { kind: "value", value: true };
      case "refuse":
        return { kind: "cancelled" };
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
