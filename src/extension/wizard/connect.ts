import { randomUUID } from "node:crypto";
import { l10n } from "vscode";
import type { PresentedCertificate } from "../../proxmox/index.js";
import type { App } from "../app.js";
import { problemOf } from "../base/problem.js";
import { loadProxmox } from "../base/rooms.js";
import type { Cluster } from "../cluster/cluster.js";
import { hostOf, type Connection } from "../cluster/connection.js";
import { askCertificate } from "./certificate-step.js";
import { showPrivileges } from "./privileges-step.js";
import { askText } from "./questions.js";
import { goThrough, type Step } from "./steps.js";
import { tokenKindStep, type TokenDraft } from "./token-steps.js";

const totalSteps = 6;

/**
 * Address → certificate → token → privileges. Gives the connected cluster, or `null` where the person gave up
 * before it was saved. `address` is proposed.
 */
export async function connectByWizard(app: App, address: string): Promise<Cluster | null> {
  const title = l10n.t("Connect to Proxmox");
  let proposed = address;
  let certificate: PresentedCertificate | null = null;
  let connected: Cluster | null = null;

  const addressStep: Step<TokenDraft> = async (draft, place) => {
    const answer = await askText({
      ...place,
      title,
      totalSteps,
      prompt: l10n.t("Address of any node of the cluster"),
      placeholder: "pve1.example:8006",
      value: proposed,
      check: async (text, signal) => {
        const { parseEndpoint, presentedCertificate } = await loadProxmox();
        const parsed = parseEndpoint(text);
        if (!parsed.ok) return parsed.problem;
        try {
          certificate = await presentedCertificate(parsed.endpoint.url, { signal });
        } catch (error) {
          return problemOf(error).sentence;
        }
        draft.endpoint = parsed.endpoint.url;
        return undefined;
      },
    });
    if (answer.kind !== "value") return answer;
    proposed = answer.value;
    return { kind: "value", value: certificateStep };
  };

  const certificateStep: Step<TokenDraft> = async (draft, place) => {
    if (certificate === null) return { kind: "back" };
    const host = hostOf(draft.endpoint);
    const answer = await askCertificate({ ...place, title, totalSteps, host, certificate });
    if (answer.kind !== "value") return answer;
    draft.fingerprints = [certificate.fingerprint];
    return { kind: "value", value: tokenKindStep };
  };

  /** From here on there is a connection, whatever the person does: there is no way back. */
  const saveStep: Step<TokenDraft> = async (draft, place) => {
    const { tokenId = "", secret = "" } = draft;
    connected = await app.clusters.connect(savedConnection(app, draft.endpoint, draft.fingerprints, tokenId), secret);
    app.log.info(`Connected to ${hostOf(draft.endpoint)} as ${tokenId}.`);
    await showPrivileges({
      title,
      step: place.step,
      totalSteps: Math.max(totalSteps, place.step),
      back: false,
      gateway: await connected.gateway(),
      connection: await connected.connectionOptions(),
      signal: app.lifetime,
    });
    await connected.inventory.refresh();
    return { kind: "value", value: null };
  };

  await goThrough<TokenDraft>({ title, totalSteps, endpoint: "", fingerprints: [], after: saveStep }, addressStep);
  return connected;
}

/** A second connection to the same address with the same token replaces the first. */
function savedConnection(
  { clusters }: App,
  endpoint: string,
  fingerprints: readonly string[],
  tokenId: string,
): Connection {
  const known = clusters.all.find(
    ({ connection }) => !connection.demo && connection.endpoints.includes(endpoint) && connection.tokenId === tokenId,
  );
  return {
    id: known?.id ?? randomUUID(),
    label: known?.connection.label ?? hostOf(endpoint),
    endpoints: known?.connection.endpoints ?? [endpoint],
    fingerprints,
    tokenId,
    demo: false,
  };
}
