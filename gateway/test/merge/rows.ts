import { identityDigest, type NodeCursor, patientDigest, type StatusLetter } from '@kilde/contract'

/** A row as its owner and its copies would send it. */
export interface Truth {
  readonly t: number
  readonly identity: string
  readonly owner: string
  readonly version?: number
  readonly content?: string
  readonly status?: StatusLetter
  /** Fields of the row; the others have values of their type. */
  readonly values?: Readonly<Record<string, unknown>>
}

/** A row at one source. */
export interface HeldRow {
  readonly key: NodeCursor
  readonly values: Readonly<Record<string, unknown>>
}

export const salt = Buffer.alloc(16, 7).toString('base64url')
export const token = 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489'

export function row(source: string, truth: Truth, local = truth.identity): HeldRow {
  return {
    key: {
      s: truth.status ?? 'F',
      t: truth.t,
      i: identityDigest(truth.identity),
      o: source,
      d: `${source}.${local}`,
      p: patientDigest(salt, token),
      n: truth.version ?? 1,
      c: identityDigest(truth.content ?? truth.identity),
      w: truth.owner,
    },
    values: truth.values ?? {},
  }
}
