// The next one wants it, and does not bring it.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** Who signs the certificates of a mesh. Its key is worth as much as all of them. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** What a certificate is to say. */
export interface Order {
  /** Its URI names; a service of the mesh has one. */
  readonly uris: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
  readonly beginsMs: number;
  readonly endsMs: number;
  /** May sign others in its turn. */
  readonly isAuthority?: boolean;
}

/** PEM texts. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

// The library asks for the crypto of its own engine otherwise, which may be an older one.
cryptoProvider.set(webcrypto as Crypto);

/** A new authority, which signs itself. */
export async function createAuthority(
  trustDomain: string,
  beginsMs: number,
  endsMs: number,
): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${trustDomain} development authority`,
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(beginsMs),
    notAfter: new Date(endsMs),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      // Which of two authorities of one name has signed: else the first is tried, and its refusal counts.
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      new SubjectAlternativeNameExtension([{ type: "url", value: `spiffe://${trustDomain}` }]),
    ],
  });
  return { certificate, key: keys.privateKey };
}

/** A certificate and its key, signed by the authority. */
export async function issue(authority: Authority, order: Order): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const { uris, dnsNames = [], addresses = [], isAuthority = false } = order;
  const names = [
    ...uris.map((value) => ({ type: "url" as const, value })),
    ...dnsNames.map((value) => ({ type: "dns" as const, value })),
    ...addresses.map((value) => ({ type: "ip" as const, value })),
  ];
  const certificate = await X509CertificateGenerator.create({
    subject: "O=Tidings",
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(order.beginsMs),
    notAfter: new Date(order.endsMs),
    extensions: [
      new BasicConstraintsExtension(isAuthority, undefined, true),
      new KeyUsagesExtension(
        isAuthority ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature,
        true,
      ),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      await AuthorityKeyIdentifierExtension.create(authority.certificate),
      // RFC 5280: critical where the subject says nothing.
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: await pemOf(keys.privateKey) };
}

export async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey("pkcs8", key);
  return `${PemConverter.encode(bytes, "PRIVATE KEY")}\n`;
}

/** An authority from its files. Throws when they are none. */
export async function readAuthority(certificate: string, key: string): Promise<Authority> {
  return {
    certificate: new X509Certificate(certificate),
    key: await webcrypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(key), ALGORITHM, true, [
      "sign",
    ]),
  };
}
