import { l10n } from "vscode";
import { problemOf } from "../base/problem.js";
import { loadProxmox } from "../base/rooms.js";
import { hostOf, isTokenId, splitToken } from "../cluster/connection.js";
import { askChoice, askText } from "./questions.js";
import type { Step, StepPlace } from "./steps.js";

/** What the steps gather. */
export interface TokenDraft {
  readonly title: string;
  readonly totalSteps: number;
  /** `https://host:port`; set before the first of these steps. */
  endpoint: string;
  /** Pins of certificates. */
  fingerprints: readonly string[];
  tokenId?: string;
  secret?: string;
  user?: string;
  password?: string;
  /** The step after a token that Proxmox accepts. */
  readonly after: Step<TokenDraft> | null;
}

/** The first step: which way to a token. */
export const tokenKindStep: Step<TokenDraft> = async (draft, place) => {
  const answer = await askChoice<"have" | "create">({
    ...at(draft, place),
    placeholder: l10n.t("How shall LXC Autoscaler log in?"),
    choices: [
      {
        label: `$(key) ${l10n.t("With an API token that I have")}`,
        detail: l10n.t("Its secret is kept in the editor's key store"),
        value: "have",
      },
      {
        label: `$(add) ${l10n.t("With a new API token: log in once to create it")}`,
        detail: l10n.t("User and password are used for that alone, and kept nowhere"),
        value: "create",
      },
    ],
  });
  if (answer.kind !== "value") return answer;
  return { kind: "value", value: answer.value === "have" ? tokenIdStep : userStep };
};

const tokenIdStep: Step<TokenDraft> = async (draft, place) => {
  const answer = await askText({
    ...at(draft, place),
    prompt: l10n.t(
      "Token ID, as under Datacenter › Permissions › API Tokens. The whole token with its secret will do as well.",
    ),
    placeholder: "root@pam!autoscaler",
    value: draft.tokenId ?? "",
    check: async (text, signal) => {
      const whole = splitToken(text);
      if (whole !== null) return tryToken(draft, whole.tokenId, whole.secret, signal);
      return isTokenId(text.trim())
        ? undefined
        : l10n.t("A token ID is written user@realm!name, such as root@pam!autoscaler.");
    },
  });
  if (answer.kind !== "value") return answer;
  const whole = splitToken(answer.value);
  draft.tokenId = whole?.tokenId ?? answer.value.trim();
  if (whole === null) return { kind: "value", value: secretStep };
  draft.secret = whole.secret;
  return { kind: "value", value: draft.after };
};

const secretStep: Step<TokenDraft> = async (draft, place) => {
  const tokenId = draft.tokenId ?? "";
  const answer = await askText({
    ...at(draft, place),
    prompt: l10n.t("Secret of {0}", tokenId),
    placeholder: "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    password: true,
    check: (text, signal) =>
      text.trim() === "" ? l10n.t("The secret is empty.") : tryToken(draft, tokenId, text.trim(), signal),
  });
  if (answer.kind !== "value") return answer;
  draft.secret = answer.value.trim();
  return { kind: "value", value: draft.after };
};

const userStep: Step<TokenDraft> = async (draft, place) => {
  const answer = await askText({
    ...at(draft, place),
    prompt: l10n.t("User with its realm: the token will be this user's"),
    placeholder: "root@pam",
    value: draft.user ?? "root@pam",
    check: (text) =>
      /^[^\s@!]+@[A-Za-z][\w.-]*$/u.test(text.trim())
        ? undefined
        : l10n.t("A user is written with its realm, such as root@pam or me@pve."),
  });
  if (answer.kind !== "value") return answer;
  draft.user = answer.value.trim();
  return { kind: "value", value: passwordStep };
};

const passwordStep: Step<TokenDraft> = async (draft, place) => {
  const answer = await askText({
    ...at(draft, place),
    prompt: l10n.t("Password of {0}", draft.user ?? ""),
    password: true,
    check: (text) => (text === "" ? l10n.t("The password is empty.") : undefined),
  });
  if (answer.kind !== "value") return answer;
  draft.password = answer.value;
  return { kind: "value", value: codeStep };
};

const codeStep: Step<TokenDraft> = async (draft, place) => {
  const tokenName = "vscode";
  const answer = await askText({
    ...at(draft, place),
    prompt: l10n.t(
      "One-time code of {0}; leave it empty if there is no second factor. Enter creates the token {1}.",
      draft.user ?? "",
      tokenName,
    ),
    placeholder: "123456",
    check: async (text, signal) => {
      const { createToken } = await loadProxmox();
      const otp = text.trim();
      for (let number = 1; ; number += 1) {
        try {
          const { token } = await createToken(
            {
              endpoint: draft.endpoint,
              trust: { kind: "fingerprints", fingerprints: draft.fingerprints },
              user: draft.user ?? "",
              password: draft.password ?? "",
              ...(otp === "" ? {} : { otp }),
              tokenName: number === 1 ? tokenName : `${tokenName}-${number}`,
              privilegeSeparation: true,
            },
            { signal },
          );
          const parts = splitToken(token);
          if (parts === null) return l10n.t("Proxmox answered with a token that can't be read.");
          draft.tokenId = parts.tokenId;
          draft.secret = parts.secret;
          return undefined;
        } catch (error) {
          const { kind, sentence } = problemOf(error);
          // A code is good for one login, so another name can only be tried without one.
          if (kind === "failed" && otp === "" && number < 10 && /already exists/iu.test(sentence)) continue;
          return sentence;
        }
      }
    },
  });
  if (answer.kind !== "value") return answer;
  delete draft.password;
  return { kind: "value", value: draft.after };
};

/** Logs in with the token; a sentence where Proxmox does not accept it. */
async function tryToken(
  { endpoint, fingerprints }: TokenDraft,
  tokenId: string,
  secret: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { connect } = await loadProxmox();
  try {
    await using gateway = connect({
      endpoints: [endpoint],
      trust: { kind: "fingerprints", fingerprints },
      credentials: { kind: "token", token: `${tokenId}=${secret}` },
    });
    await gateway.version({ signal });
    return undefined;
  } catch (error) {
    return l10n.t("{0} did not accept it. {1}", hostOf(endpoint), problemOf(error).sentence);
  }
}

function at(
  draft: TokenDraft,
  { step, back }: StepPlace,
): {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly back: boolean;
} {
  return { title: draft.title, step, totalSteps: Math.max(draft.totalSteps, step), back };
}
