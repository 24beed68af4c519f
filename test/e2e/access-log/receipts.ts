import { createHash } from 'node:crypto'
import { patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'

export interface Receipt {
  readonly leafIndex: number
  readonly treeSize: number
  readonly leafHash: string
  readonly auditPath: readonly string[]
  readonly rootHash: string
  readonly treeHead: string
}

const QUERY = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    accessLog(first: 20) { nodes { receipt { leafIndex treeSize leafHash auditPath rootHash treeHead } } }
  }
}`

/** Receipts of the newest entries; the gateway's log signs a tree head every minute only. */
export async function readReceipts(network: WatchedNetwork): Promise<readonly Receipt[]> {
  const variables = { identifier: patients.copd.identifier }
  const { body } = await network.ask('patient', QUERY, variables)
  const data = body.data as {
    readonly patient: {
      readonly accessLog: { readonly nodes: readonly { receipt: Receipt | null }[] }
    }
  }
  return data.patient.accessLog.nodes.flatMap(({ receipt }) => receipt ?? [])
}

/** RFC 9162 §2.1.3.2, written from the text: the root to which leaf and path lead. */
export function rootOf({ leafIndex, treeSize, leafHash, auditPath }: Receipt): string {
  let [fn, sn] = [leafIndex, treeSize - 1]
  let root: Buffer = Buffer.from(leafHash, 'base64url')
  for (const text of auditPath) {
    const beside = Buffer.from(text, 'base64url')
    if (fn % 2 === 1 || fn === sn) {
      root = node(beside, root)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else root = node(root, beside)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return root.toString('base64url')
}

const node = (left: Buffer, right: Buffer): Buffer =>
  createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest()
