import "reflect-metadata/lite";
import { webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";

export interface Identity {
  /** PEM of the leaf alone, as Proxmox sends it. */
  readonly cert: string;
  readonly key: string;
  /** SHA-256, colon form. */
  readonly fingerprint: string;
}

export interface TestAuthority {
  readonly pem: string;
  issue(names: readonly x509.JsonGeneralName[], validTo?: Date): Promise<Identity>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const hour = 3_600_000;
let serial = 1;

/** A private authority, as every Proxmox VE cluster has one. */
export async function makeAuthority(): Promise<TestAuthority> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await makeKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Proxmox Virtual Environment, O=PVE Cluster Manager CA`,
    serialNumber: nextSerial(),
    notBefore: new Date(Date.now() - hour),
    notAfter: new Date(Date.now() + 24 * hour),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    pem: root.toString("pem"),
    async issue(names, validTo = new Date(Date.now() + 24 * hour)) {
      const leafKeys = await makeKeys();
      const leaf = await x509.X509CertificateGenerator.create({
        subject: "CN=pve1, O=Proxmox Virtual Environment",
        issuer: root.subject,
        serialNumber: nextSerial(),
        notBefore: new Date(Date.now() - 48 * hour),
        notAfter: validTo,
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.SubjectAlternativeNameExtension([...names]),
          await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
        ],
      });
      const cert = leaf.toString("pem");
      const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", leafKeys.privateKey)).toString("base64");
      return {
        cert,
        key: `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/(.{64})/gu, "$1\n")}\n-----END PRIVATE KEY-----\n`,
        fingerprint: new X509Certificate(cert).fingerprint256,
      };
    },
  };
}

/** What the leaf of a node on this machine is issued for. */
export const loopbackNames: readonly x509.JsonGeneralName[] = [
  { type: "ip", value: "127.0.0.1" },
  { type: "dns", value: "localhost" },
];

async function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function nextSerial(): string {
  return (serial++).toString(16).padStart(4, "0");
}
