import { randomBytes } from 'node:crypto'
import { generateKey, type PrivateJwk } from '@kilde/trust'

/** Keys of one organisation, made where they are used: private halves never leave its folder. */
export interface JoinKeys {
  /** The node as a client of the issuer. */
  readonly node: PrivateJwk
  /** The organisation's own systems, which write to the node. */
  readonly ingest: PrivateJwk
  /** Signs answers. */
  readonly page: PrivateJwk
  /** 32 bytes each, in base64url. */
  readonly audit: string
  readonly digest: string
  readonly store: string
}

export async function makeKeys(): Promise<JoinKeys> {
  const secret = (): string => randomBytes(32).toString('base64url')
  const [node, ingest, page] = await Promise.all([generateKey(), generateKey(), generateKey()])
  return { node, ingest, page, audit: secret(), digest: secret(), store: secret() }
}
