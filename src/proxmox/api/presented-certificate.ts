import type { PresentedCertificate } from "../connection.js";
import { ProxmoxError } from "../errors.js";
import { describeCertificate } from "./certificate.js";
import { deadline } from "./deadline.js";
import { failureToError } from "./error-table.js";
import { endpointOf } from "./options.js";
import { secureConnection } from "./secure-connection.js";

/**
 * Looks at the certificate of a server without sending it a byte of HTTP: what a person compares
 * before trusting it. `timeoutSeconds` is 10 unless given. Rejects with {@link ProxmoxError}.
 */
export async function presentedCertificate(
  address: string,
  options: { readonly signal?: AbortSignal; readonly timeoutSeconds?: number } = {},
): Promise<PresentedCertificate> {
  const endpoint = endpointOf(address);
  const limit = deadline(options.timeoutSeconds ?? 10, options.signal);
  const context = { attempted: `look at the certificate of ${endpoint.name}`, endpoint: endpoint.name, write: false };
  try {
    const socket = await secureConnection(endpoint, null, limit.signal);
    try {
      const certificate = socket.getPeerX509Certificate();
      if (certificate !== undefined) return describeCertificate(certificate);
    } finally {
      socket.destroy();
    }
  } catch (error) {
    throw failureToError(error, context);
  } finally {
    limit[Symbol.dispose]();
  }
  throw new ProxmoxError("untrusted-certificate", `${endpoint.name} presented no certificate.`, context);
}
