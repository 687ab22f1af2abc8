import type { Inventory } from "../model/index.js";
import {
  presentedCertificate,
  ProxmoxError,
  type ConnectionOptions,
  type Gateway,
  type Permissions,
  type PresentedCertificate,
} from "../proxmox/index.js";
import { featureGaps, features, pveumLines, roleName, type FeatureGap } from "./privileges.js";

export type CheckStatus = "ok" | "warning" | "failed" | "skipped";

/** One thing that was looked at. The shape is public (`schemas/doctor.schema.json`). */
export interface DoctorCheck {
  /** Stable; listed in `docs/commands.md`. */
  readonly id: string;
  readonly status: CheckStatus;
  readonly message: string;
  /** What to do about it, often lines to copy; `null` where there is nothing to do. */
  readonly fix: string | null;
}

export interface DiagnoseOptions {
  /** Milliseconds since the epoch by this machine's clock, for the clock skew and the certificate's dates. */
  readonly now: () => number;
  /** With it the certificate is looked at too. */
  readonly connection?: ConnectionOptions;
  readonly signal?: AbortSignal;
}

/** Seconds of difference from which windows and cooldowns would mislead a reader of the logs. */
const toleratedSkew = 30;
const day = 24 * 3600 * 1000;

/**
 * Looks at everything a connection needs, in the order in which one thing depends on another. Never
 * rejects for what it finds: a fault becomes a failed check, and what depends on it is skipped.
 */
export async function diagnose(gateway: Gateway, options: DiagnoseOptions): Promise<readonly DoctorCheck[]> {
  const { signal } = options;
  const cancellation = signal === undefined ? {} : { signal };
  const checks: DoctorCheck[] = [];

  let fault: ProxmoxError | null = null;
  const attempt = async <Value>(read: () => Promise<Value>): Promise<Value | ProxmoxError> => {
    try {
      return await read();
    } catch (error) {
      if (error instanceof ProxmoxError && error.kind !== "cancelled") return error;
      throw error;
    }
  };

  const version = await attempt(() => gateway.version(cancellation));
  if (version instanceof ProxmoxError) fault = version;
  checks.push(connectionCheck(gateway, fault));
  checks.push(await certificateCheck(options, fault));
  checks.push(authenticationCheck(gateway.identity, fault));
  if (version instanceof ProxmoxError) {
    for (const id of ["version", "clock", "cluster", ...privilegeIds]) {
      checks.push({ id, status: "skipped", message: "Not looked at, because there is no connection.", fix: null });
    }
    checks.push(sshCheck);
    return checks;
  }
  checks.push(versionCheck(version.version));

  const before = options.now();
  const time = await attempt(() => gateway.serverTime(cancellation));
  checks.push(clockCheck(time, (before + options.now()) / 2));

  const inventory = await attempt(() => gateway.inventory(cancellation));
  checks.push(clusterCheck(inventory));

  const permissions = await attempt(() => gateway.permissions(cancellation));
  checks.push(...privilegeChecks(permissions, inventory instanceof ProxmoxError ? null : inventory, gateway.identity));
  checks.push(sshCheck);
  return checks;
}

/** True where no check failed. */
export function isHealthy(checks: readonly DoctorCheck[]): boolean {
  return checks.every(({ status }) => status !== "failed");
}

const privilegeIds = features.map(({ id }) => `privileges.${id}`);

const sshCheck: DoctorCheck = {
  id: "ssh",
  status: "skipped",
  message: "SSH is not part of this version yet; everything goes through the API.",
  fix: null,
};

function connectionCheck(gateway: Gateway, fault: ProxmoxError | null): DoctorCheck {
  const id = "connection";
  // An answer of any kind means that the way there is open.
  if (fault === null || answersAnyway(fault)) {
    return { id, status: "ok", message: `${gateway.endpoint} answers.`, fix: null };
  }
  return {
    id,
    status: "failed",
    message: fault.message,
    fix: `Check address and port (Proxmox VE listens on 8006), and that a firewall lets this machine through.`,
  };
}

function answersAnyway(fault: ProxmoxError): boolean {
  return fault.kind === "untrusted-certificate" || fault.kind === "not-authenticated" || fault.kind === "forbidden";
}

async function certificateCheck(options: DiagnoseOptions, fault: ProxmoxError | null): Promise<DoctorCheck> {
  const id = "certificate";
  const { connection } = options;
  if (connection === undefined || (fault !== null && !answersAnyway(fault))) {
    return { id, status: "skipped", message: "Not looked at, because there is no connection.", fix: null };
  }
  if (fault?.kind === "untrusted-certificate") {
    return {
      id,
      status: "failed",
      message: fault.message,
      fix:
        "On the node, run: pvenode cert info --output-format json\n" +
        "and compare its fingerprint of pveproxy-ssl.pem (else pve-ssl.pem). Only if they are the same: --fingerprint " +
        (fault.details.fingerprint ?? "<fingerprint>"),
    };
  }
  const trusted =
    connection.trust.kind === "fingerprints"
      ? "pinned by its fingerprint"
      : connection.trust.kind === "authority"
        ? "signed by the given authority"
        : "signed by an authority of this system";
  let certificate: PresentedCertificate;
  try {
    certificate = await presentedCertificate(connection.endpoints[0] ?? "", {
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(connection.timeoutSeconds === undefined ? {} : { timeoutSeconds: connection.timeoutSeconds }),
    });
  } catch (error) {
    if (!(error instanceof ProxmoxError) || error.kind === "cancelled") throw error;
    return {
      id,
      status: "warning",
      message: `It is ${trusted}, but its dates are unknown: ${error.message}`,
      fix: null,
    };
  }
  const remaining = Math.floor((Date.parse(certificate.validTo) - options.now()) / day);
  const until = certificate.validTo.slice(0, 10);
  if (Number.isNaN(remaining)) return { id, status: "ok", message: `It is ${trusted}.`, fix: null };
  if (remaining < 30) {
    return {
      id,
      status: "warning",
      message: `It is ${trusted}, but ${remaining < 0 ? "ran out on" : "runs out on"} ${until}.`,
      fix: "Renew it on the node: pvecm updatecerts --force (or the ACME order), then pin the new fingerprint.",
    };
  }
  return { id, status: "ok", message: `It is ${trusted} and valid until ${until}.`, fix: null };
}

function authenticationCheck(identity: string, fault: ProxmoxError | null): DoctorCheck {
  const id = "authentication";
  if (fault === null) return { id, status: "ok", message: `Proxmox accepts ${identity}.`, fix: null };
  if (fault.kind !== "not-authenticated") {
    return { id, status: "skipped", message: "Not looked at, because there is no connection.", fix: null };
  }
  const user = identity.split("!")[0] ?? identity;
  return {
    id,
    status: "failed",
    message: fault.message,
    fix: `Look at its secret, whether it is enabled and when it expires: pveum user token list '${user}'`,
  };
}

function versionCheck(version: string): DoctorCheck {
  const id = "version";
  const major = Number.parseInt(version, 10);
  if (major >= 8) return { id, status: "ok", message: `Proxmox VE ${version}.`, fix: null };
  return {
    id,
    status: "warning",
    message: `Proxmox VE ${version}: this program is tested with 8 and 9.`,
    fix: "Upgrade Proxmox VE, or try dry runs first.",
  };
}

function clockCheck(time: number | ProxmoxError, now: number): DoctorCheck {
  const id = "clock";
  if (time instanceof ProxmoxError) {
    return { id, status: "warning", message: `The server's clock could not be read: ${time.message}`, fix: null };
  }
  const seconds = Math.round((time - now) / 1000);
  if (Math.abs(seconds) <= toleratedSkew) {
    return { id, status: "ok", message: `The clocks differ by ${Math.abs(seconds)} s.`, fix: null };
  }
  return {
    id,
    status: "warning",
    message: `The server's clock is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} this machine's. Decisions use the server's.`,
    fix: "Look at the time synchronisation of both: chronyc tracking (or timedatectl).",
  };
}

function clusterCheck(inventory: Inventory | ProxmoxError): DoctorCheck {
  const id = "cluster";
  if (inventory instanceof ProxmoxError) {
    return { id, status: "failed", message: inventory.message, fix: null };
  }
  const { nodes, containers, problems } = inventory;
  const seen = `${inventory.cluster}: ${count(nodes.length, "node")}, ${count(containers.length, "container")} visible.`;
  if (inventory.quorate === false) {
    return {
      id,
      status: "warning",
      message: `${seen} The cluster has no quorum: it can be read, but refuses every write.`,
      fix: "Bring the missing nodes back: pvecm status",
    };
  }
  const offline = nodes.filter(({ status }) => status !== "online").map(({ name }) => name);
  if (offline.length > 0) {
    return { id, status: "warning", message: `${seen} Not online: ${offline.join(", ")}.`, fix: null };
  }
  const [problem] = problems;
  if (problem !== undefined) {
    return { id, status: "warning", message: `${seen} ${problem.message}`, fix: problem.advice ?? null };
  }
  return { id, status: "ok", message: seen, fix: null };
}

function privilegeChecks(
  permissions: Permissions | ProxmoxError,
  inventory: Inventory | null,
  identity: string,
): readonly DoctorCheck[] {
  if (permissions instanceof ProxmoxError) {
    const message = `The privileges could not be read: ${permissions.message}`;
    return privilegeIds.map((id) => ({ id, status: "failed", message, fix: null }));
  }
  const gaps = featureGaps(permissions, inventory?.containers ?? [], inventory?.nodes ?? []);
  return gaps.map((gap) => privilegeCheck(gap, identity));
}

function privilegeCheck(gap: FeatureGap, identity: string): DoctorCheck {
  const { feature, extent, missing, where } = gap;
  const id = `privileges.${feature.id}`;
  if (extent === "complete") return { id, status: "ok", message: `${identity} may ${feature.ability}.`, fix: null };
  const list = missing.join(", ");
  const lines = [
    `# as root on any node (if the role is there already: pveum role modify ${roleName} --append --privs "${missing.join(" ")}")`,
    ...pveumLines(identity),
  ].join("\n");
  if (extent === "some") {
    const shown = where.slice(0, 5).join(", ") + (where.length > 5 ? ` and ${where.length - 5} more` : "");
    return {
      id,
      status: "warning",
      message: `${identity} may ${feature.ability}, but not of ${shown}: ${list} is missing there.`,
      fix: lines,
    };
  }
  const separated = identity.includes("!")
    ? " A token with privilege separation has nothing until it and its user have a role."
    : "";
  return {
    id,
    status: feature.required ? "failed" : "warning",
    message: `${identity} may not ${feature.ability}: ${list} is missing.${separated}`,
    fix: lines,
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
