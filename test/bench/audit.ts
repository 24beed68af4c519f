import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditLog, type AuditRecord, openAuditLog } from '@kilde/audit'
import { silentLogger } from '@kilde/service'
import { at as shareAt } from './statistics.js'

/** Durable records that a log takes, and how long one waits. */
export interface AuditFigures {
  readonly lanes: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Records for each time that the disk was waited for. */
  readonly perSync: number
}

/** Requests under way at once at a gateway that asks 20 organisations 50 times a second. */
const LANES = 100
const WARM_UP_MS = 1_000

/** Appends one after the other in each lane, as requests do: each waits for its own record. */
export async function measureAudit(ms: number): Promise<AuditFigures> {
  return withLog(async (log) => {
    const fill = async (forMs: number): Promise<number[]> => {
      const waits: number[] = []
      const end = performance.now() + forMs
      const lane = async (): Promise<void> => {
        while (performance.now() < end) {
          const from = performance.now()
          await log.append(recordOf(waits.length))
          waits.push(performance.now() - from)
        }
      }
      await Promise.all(Array.from({ length: LANES }, lane))
      return waits
    }
    await fill(WARM_UP_MS)
    const before = log.counts()
    const from = performance.now()
    const waits = await fill(ms)
    const seconds = (performance.now() - from) / 1_000
    const { syncs } = log.counts()
    return {
      lanes: LANES,
      perSecond: waits.length / seconds,
      p50Ms: shareAt(waits, 0.5),
      p99Ms: shareAt(waits, 0.99),
      perSync: waits.length / (syncs - before.syncs),
    }
  })
}

/** A log of its own, on the disk of this machine, and gone afterwards. */
export async function withLog<Result>(use: (log: AuditLog) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-bench-audit-'))
  const log = await openAuditLog({
    directory,
    owner: '310000108',
    key: Buffer.alloc(32, 7),
    logger: silentLogger,
  })
  try {
    return await use(log)
  } finally {
    await log.close()
    await rm(directory, { recursive: true })
  }
}

export const TARGET_PER_SECOND = 1_000

export function auditLines(found: AuditFigures): readonly (readonly string[])[] {
  const { lanes, perSecond, p50Ms, p99Ms, perSync } = found
  return [
    ['requests at once', `${lanes}`],
    ['records for each fdatasync', perSync.toFixed(1)],
    ['wait for a durable record, p50', `${p50Ms.toFixed(2)} ms`],
    ['wait for a durable record, p99', `${p99Ms.toFixed(2)} ms`],
    [
      'durable records a second',
      `${Math.round(perSecond)} (target: at least ${TARGET_PER_SECOND.toLocaleString('en')})`,
    ],
  ]
}

/** One access as an organisation's node records it. */
export function recordOf(index: number): AuditRecord {
  return {
    event: 'PATIENT_DATA_READ',
    at: new Date().toISOString(),
    requestId: `benchmark-${index}`,
    requester: {
      kind: 'professional',
      pid: '04918825601',
      name: 'Siri Sykepleier',
      clientId: 'kilde-gateway',
      hprNumber: '9144897',
      authorization: 'SP',
      organization: '310000108',
      pointOfCare: '310000108',
    },
    patient: 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489',
    purpose: 'TREAT',
    decisionRef: { id: 'nurse-1', description: 'Digital hjemmeoppfølging', userSelected: false },
    legalBasis: 'helsepersonelloven § 45, pasientjournalloven § 19',
    classes: ['Observation'],
    fields: ['Observation.effective', 'Observation.id', 'Observation.valueText'],
    items: Array.from({ length: 50 }, (_, item) => `310000108.${index}-${item}`),
    rules: ['Observation/agreement', 'Observation/role'],
    outcome: 'SUCCESS',
  }
}
