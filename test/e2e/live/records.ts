import type { AuditRecord } from '@kilde/audit'
import type { WatchedNetwork } from '../../kit/network.js'
import { recordsIn } from '../audit/logs.js'

type Read = Extract<AuditRecord, { event: 'PATIENT_DATA_READ' }>

/** What the gateway wrote of one request, in its order. */
export async function recordsOf(
  network: WatchedNetwork,
  requestId: string,
): Promise<readonly Read[]> {
  const records = await recordsIn(network, { gateway: 'municipality' })
  return records.filter(
    (record): record is Read =>
      record.event === 'PATIENT_DATA_READ' && record.requestId === requestId,
  )
}
