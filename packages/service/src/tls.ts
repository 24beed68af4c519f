import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { z } from 'zod'
import { type ConfigOf, setting } from './config.js'

const path = z.string().min(1).optional()

/** Settings of a service that ends TLS itself; docs/configuration.md is made of them. */
export const tlsSettings = {
  KILDE_TLS_CERTIFICATE_PATH: setting(
    path,
    'File with the certificate and those between it and the root (PEM). With it the service speaks https itself (TLS 1.2 or later); a new file is taken within half a minute. Default: plain http, for behind something that ends TLS.',
    '/run/secrets/tls.crt',
  ),
  KILDE_TLS_KEY_PATH: setting(
    path,
    'File with the private key of that certificate (PEM). Secret.',
    '/run/secrets/tls.key',
  ),
} as const

type TlsConfig = ConfigOf<typeof tlsSettings>

/** What a server's TLS is made of. */
export interface TlsFiles {
  readonly certificatePath: string
  readonly keyPath: string
}

export interface TlsPair {
  readonly cert: string
  readonly key: string
}

/** Undefined: plain http. */
export function tlsOf(config: TlsConfig): TlsFiles | undefined {
  const { KILDE_TLS_CERTIFICATE_PATH: certificatePath, KILDE_TLS_KEY_PATH: keyPath } = config
  return certificatePath && keyPath ? { certificatePath, keyPath } : undefined
}

/** How the service is called where no public URL is set. */
export const schemeOf = (config: TlsConfig): 'http' | 'https' => (tlsOf(config) ? 'https' : 'http')

/** What is wrong with these settings, each by its name. */
export function tlsProblems(config: TlsConfig): readonly string[] {
  const { KILDE_TLS_CERTIFICATE_PATH: certificatePath, KILDE_TLS_KEY_PATH: keyPath } = config
  if (!certificatePath && !keyPath) return []
  if (!certificatePath) return ['KILDE_TLS_KEY_PATH: needs KILDE_TLS_CERTIFICATE_PATH']
  if (!keyPath) return ['KILDE_TLS_CERTIFICATE_PATH: needs KILDE_TLS_KEY_PATH']
  const fault = tlsFault({ certificatePath, keyPath })
  return fault === undefined ? [] : [`KILDE_TLS_CERTIFICATE_PATH, KILDE_TLS_KEY_PATH: ${fault}`]
}

/** What is wrong with the files, if anything. */
export function tlsFault(files: TlsFiles): string | undefined {
  try {
    readTls(files)
    return undefined
  } catch (error) {
    return faultOf(error)
  }
}

class TlsFault extends Error {}

/** Key and certificate that belong together. @throws where they cannot be read or do not */
export function readTls({ certificatePath, keyPath }: TlsFiles): TlsPair {
  const cert = readFileSync(certificatePath, 'utf8')
  const key = readFileSync(keyPath, 'utf8')
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new TlsFault('the key is not that of the certificate')
  }
  createSecureContext({ cert, key })
  return { cert, key }
}

/** Fixed words: what OpenSSL says may quote the file. */
function faultOf(error: unknown): string {
  if (error instanceof TlsFault) return error.message
  const { code, syscall } = error as NodeJS.ErrnoException
  return syscall ? `a file cannot be read (${code})` : 'no certificate and key in PEM'
}
