import { createPrivateKey, type JsonWebKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { tlsFault } from '@kilde/service'
import { backendKey, privateJwk } from '@kilde/trust'
import type { FhirSettings } from './settings.js'

/** What is wrong with the key that the node is known by. Fixed words: the file holds a secret. */
export function keyProblems(
  { authentication: auth }: Pick<FhirSettings, 'authentication'>,
  at: string,
  production: boolean,
): readonly string[] {
  if (auth.kind === 'client-credentials') {
    if ((auth.clientKey === undefined) === (auth.clientKeyFile === undefined)) {
      return [`${at}: needs one of clientKey and clientKeyFile`]
    }
    return fileProblem(auth.clientKeyFile, privateJwk, `${at}.clientKeyFile`)
  }
  if (auth.kind !== 'smart-backend-services') return []
  const isPlain = production && auth.tokenEndpoint?.startsWith('http:')
  return [
    ...(isPlain ? [`${at}.tokenEndpoint: must be https in production`] : []),
    ...fileProblem(auth.clientKeyFile, backendKey, `${at}.clientKeyFile`),
  ]
}

/** What is wrong with the files of mutual TLS. */
export function tlsFileProblems(
  { tls, url }: Pick<FhirSettings, 'tls' | 'url'>,
  at: string,
): readonly string[] {
  if (!tls) return []
  const { certificateFile, keyFile, authorityFile } = tls
  const problems: string[] = []
  if (!url.startsWith('https:')) problems.push(`${at}: goes with https alone`)
  if (!certificateFile !== !keyFile) {
    problems.push(`${at}: certificateFile and keyFile must be set together`)
  }
  const files = certificateFile && keyFile && { certificatePath: certificateFile, keyPath: keyFile }
  const fault = files && tlsFault(files)
  if (fault) problems.push(`${at}.certificateFile, ${at}.keyFile: ${fault}`)
  if (authorityFile && !isCertificate(authorityFile)) {
    problems.push(`${at}.authorityFile: is no file with a certificate in PEM`)
  }
  return problems
}

interface Shape {
  parse(value: unknown): object
}

function fileProblem(path: string | undefined, shape: Shape, at: string): readonly string[] {
  if (path === undefined) return []
  try {
    readKey(path, shape)
    return []
  } catch (error) {
    const { syscall, code } = error as NodeJS.ErrnoException
    return [`${at}: ${syscall ? `cannot be read (${code})` : 'holds no private key as a JWK'}`]
  }
}

/** A private key as a JWK in a file. @throws Error where it is none */
export function readKey<Key extends object>(
  path: string,
  shape: { parse(value: unknown): Key },
): Key {
  const key = shape.parse(JSON.parse(readFileSync(path, 'utf8')))
  createPrivateKey({ key: { ...key } as JsonWebKey, format: 'jwk' })
  return key
}

function isCertificate(path: string): boolean {
  try {
    return new X509Certificate(readFileSync(path)).subject !== undefined
  } catch {
    return false
  }
}
