import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto'

export type Part = Readonly<Record<string, unknown>>

/** Header and payload of a proof, before it is signed. */
export interface Parts {
  readonly header: Part
  readonly payload: Part
}

/** What a proof is for. */
export interface ProofFor {
  readonly key: KeyObject
  readonly alg?: string
  readonly url: string
  readonly token: string
  readonly body: string
  readonly nonce: string
}

/** Makes proofs by hand for one request: right ones, and such as no client of ours would make. */
export interface ProofMaker extends ProofFor {
  /** Of a proof that is right in everything. */
  parts(): Parts
  /** Right but for what is changed before it is signed; undefined leaves a member out. */
  proof(change?: Partial<Parts>): string
  /** Signs whatever it is given, by the right key where no other is named. */
  signed(header: unknown, payload: unknown, key?: KeyObject): string
}

export function proofMaker(request: ProofFor): ProofMaker {
  const { key, alg = 'ES256', url, token, body, nonce } = request
  const parts = (): Parts => ({
    header: { typ: 'dpop+jwt', alg, jwk: publicJwkOf(key) },
    payload: {
      jti: randomUUID(),
      htm: 'POST',
      htu: url,
      iat: seconds(),
      ath: digestOf(token),
      nonce,
      body_sha256: digestOf(body),
    },
  })
  const signed: ProofMaker['signed'] = (header, payload, by = key) => {
    const input = `${encode(header)}.${encode(payload)}`
    return `${input}.${signatureOf(input, by, (header as Part | null)?.['alg'])}`
  }
  return {
    ...request,
    parts,
    signed,
    proof({ header = {}, payload = {} } = {}) {
      const right = parts()
      return signed({ ...right.header, ...header }, { ...right.payload, ...payload })
    },
  }
}

export const seconds = (): number => Math.floor(Date.now() / 1_000)

/** base64url SHA-256. */
export const digestOf = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('base64url')

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

export const publicJwkOf = (key: KeyObject): Part => ({
  ...createPublicKey(key).export({ format: 'jwk' }),
})

/** RFC 7638: the members that make the key, in the order of their names. */
export function thumbprintOf(key: KeyObject): string {
  const { crv, e, kty, n, x, y } = publicJwkOf(key)
  return digestOf(JSON.stringify(kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y }))
}

/** By the algorithm that the header names, where the key can; else by the key's own. */
function signatureOf(input: string, key: KeyObject, alg: unknown): string {
  const name = String(alg)
  if (name.startsWith('HS')) {
    return createHmac('sha256', JSON.stringify(publicJwkOf(key)))
      .update(input)
      .digest('base64url')
  }
  const bits = /^[A-Z]{2}(256|384|512)$/.exec(name)?.[1] ?? '256'
  const hash = key.asymmetricKeyType === 'ed25519' ? null : `sha${bits}`
  const made = sign(hash, Buffer.from(input), { key, ...formOf(key, name, Number(bits)) })
  return made.toString('base64url')
}

function formOf({ asymmetricKeyType: type }: KeyObject, alg: string, bits: number) {
  if (type === 'ec') return { dsaEncoding: 'ieee-p1363' } as const
  if (type !== 'rsa' || !alg.startsWith('PS')) return {}
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 }
}
