// The certificate library finds its parts by it, and must find it first.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000
/** A network of containers is made anew long before. */
const LIFE_MS = 90 * DAY_MS

/** In PEM. */
export interface Pair {
  readonly certificate: string
  readonly key: string
}

/** An authority of one network alone, whose key nobody keeps. */
export interface Authority {
  /** In PEM. */
  readonly certificate: string
  /** A certificate for a host by these names. */
  issue(names: readonly string[]): Promise<Pair>
}

export async function createAuthority(name: string, now = Date.now()): Promise<Authority> {
  const keys = await makeKeys()
  const validity = { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + LIFE_MS) }
  const own = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
  return {
    certificate: own.toString('pem'),
    issue: (names) => issue(names, { own, keys, validity }),
  }
}

interface Issuing {
  readonly own: X509Certificate
  readonly keys: webcrypto.CryptoKeyPair
  readonly validity: { readonly notBefore: Date; readonly notAfter: Date }
}

async function issue(
  names: readonly string[],
  { own, keys: { privateKey: signingKey }, validity }: Issuing,
): Promise<Pair> {
  const { publicKey, privateKey } = await makeKeys()
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${names[0]}`,
    issuer: own.subject,
    publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    ],
  })
  const key = await webcrypto.subtle.exportKey('pkcs8', privateKey)
  return { certificate: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') }
}

const makeKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
