// The certificate library finds its parts by it, and must find it first.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export interface Pem {
  readonly cert: string
  readonly key: string
}

/** A certificate for this machine that signs itself. */
export async function selfSigned(name: string): Promise<Pem> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  })
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n')
  const key = `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`
  return { cert: certificate.toString('pem'), key }
}

/** A folder with the two files; `put` replaces them as a secret store does, each at once. */
export async function tlsFolder() {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-tls-'))
  const files = { certificatePath: join(directory, 'tls.crt'), keyPath: join(directory, 'tls.key') }
  const replace = async (path: string, text: string) => {
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  }
  return {
    files,
    put: async ({ cert, key }: Partial<Pem>) => {
      if (key !== undefined) await replace(files.keyPath, key)
      if (cert !== undefined) await replace(files.certificatePath, cert)
    },
    remove: () => rm(directory, { recursive: true }),
  }
}
