import "reflect-metadata/lite";
import { createHash, randomUUID, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { keep, readKept } from "../state.js";

/** A leaf as a node presents it, with the key that proves it. */
export interface NodeCertificate {
  /** PEM of the leaf alone: Proxmox does not send its authority. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** SHA-256 of the leaf, colon form, upper case, as in `GET /nodes`. */
  readonly fingerprint: string;
}

/** The private authority of one cluster (`/etc/pve/pve-root-ca.pem`). */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** A fresh leaf for a node; `fresh` also replaces one that was kept. */
  issue(node: string, options?: { readonly fresh?: boolean }): Promise<NodeCertificate>;
}

const day = 86_400_000;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Makes or, where `directory` holds one already, reads the authority. Keys in it are readable by their owner only. */
export async function openAuthority(directory: string | null): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await restoreKeys(directory, "pve-root-ca");
  const certificate =
    (await readKept(directory, "pve-root-ca.pem")) ?? (await keep(directory, "pve-root-ca.pem", await makeRoot(keys)));
  const root = new x509.X509Certificate(certificate);

  async function issue(node: string, options: { readonly fresh?: boolean } = {}): Promise<NodeCertificate> {
    const file = `${node}.pem`;
    const leafKeys = await restoreKeys(directory, node);
    const kept = options.fresh === true ? null : await readKept(directory, file);
    const pem = kept ?? (await keep(directory, file, await makeLeaf(node, leafKeys, root, keys)));
    return { certificate: pem, key: await privatePem(leafKeys), fingerprint: fingerprintOf(pem) };
  }

  return { certificate, issue };
}

/** SHA-256 of a certificate's DER form, colon form, upper case. */
export function fingerprintOf(pem: string): string {
  const der = Buffer.from(new x509.X509Certificate(pem).rawData);
  const digest = createHash("sha256").update(der).digest("hex").toUpperCase();
  return (digest.match(/../gu) ?? []).join(":");
}

async function makeRoot(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const name = `CN=Proxmox Virtual Environment, OU=${randomUUID()}, O=PVE Cluster Manager CA`;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    serialNumber: serialNumber(),
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 3650 * day),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return certificate.toString("pem") + "\n";
}

async function makeLeaf(
  node: string,
  keys: webcrypto.CryptoKeyPair,
  root: x509.X509Certificate,
  rootKeys: webcrypto.CryptoKeyPair,
): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `OU=PVE Cluster Node, O=Proxmox Virtual Environment, CN=${node}`,
    issuer: root.subject,
    serialNumber: serialNumber(),
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 730 * day),
    publicKey: keys.publicKey,
    signingKey: rootKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "ip", value: "127.0.0.1" },
        { type: "ip", value: "::1" },
        { type: "dns", value: "localhost" },
        { type: "dns", value: node },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
    ],
  });
  return certificate.toString("pem") + "\n";
}

function serialNumber(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
    .toString("hex")
    .replace(/^[89a-f]/u, "1");
}

async function restoreKeys(directory: string | null, name: string): Promise<webcrypto.CryptoKeyPair> {
  const kept = await readKept(directory, `${name}.key`);
  if (kept !== null) {
    const { pkcs8, spki } = JSON.parse(kept) as { pkcs8: string; spki: string };
    const [privateKey, publicKey] = await Promise.all([
      webcrypto.subtle.importKey("pkcs8", Buffer.from(pkcs8, "base64"), algorithm, true, ["sign"]),
      webcrypto.subtle.importKey("spki", Buffer.from(spki, "base64"), algorithm, true, ["verify"]),
    ]);
    return { privateKey, publicKey };
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if (directory !== null) {
    const [pkcs8, spki] = await Promise.all([
      webcrypto.subtle.exportKey("pkcs8", keys.privateKey),
      webcrypto.subtle.exportKey("spki", keys.publicKey),
    ]);
    const text = (bytes: ArrayBuffer) => Buffer.from(bytes).toString("base64");
    await keep(directory, `${name}.key`, JSON.stringify({ pkcs8: text(pkcs8), spki: text(spki) }));
  }
  return keys;
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/(.{64})/gu, "$1\n")}\n-----END PRIVATE KEY-----\n`;
}
