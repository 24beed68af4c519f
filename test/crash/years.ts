import { type AuditRecord, openAuditLog } from '@kilde/audit'
import { silentLogger } from '@kilde/service'

/** Accesses to one patient over years, among those to others. */
export interface Years {
  readonly years: number
  /** Accesses to the patient a year. */
  readonly perYear: number
  /** Accesses to others for each of these. */
  readonly others: number
  /** Up to this instant (epoch milliseconds). */
  readonly untilMs: number
}

export interface YearsPlace {
  readonly directory: string
  readonly owner: string
  readonly key: Uint8Array
  readonly digestKey?: Uint8Array
  /** The patient's identifier, `system|value`. */
  readonly patient: string
  /** Organisation number of the professionals who read. */
  readonly reader: string
}

const YEAR_MS = 365 * 86_400_000
const AT_ONCE = 2_000

/** Writes a log as it would be after these years, oldest first, evenly spread. @returns number of accesses to the patient */
export async function writeYears(place: YearsPlace, plan: Years): Promise<number> {
  const { directory, owner, key, digestKey } = place
  const log = await openAuditLog({
    ...{ directory, owner, key, logger: silentLogger },
    ...(digestKey && { digestKey }),
  })
  const accesses = plan.years * plan.perYear
  const total = accesses * (plan.others + 1)
  const stepMs = (plan.years * YEAR_MS) / total
  for (let from = 0; from < total; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, total - from)
    await Promise.all(
      Array.from({ length }, (_, at) => {
        const number = from + at
        const atMs = Math.floor(plan.untilMs - (total - number) * stepMs)
        const isOfPatient = number % (plan.others + 1) === plan.others
        return log.append(accessAt(place, number, atMs, isOfPatient ? place.patient : OTHER))
      }),
    )
  }
  await log.close()
  return accesses
}

const OTHER = 'urn:oid:2.16.578.1.12.4.1.4.1|17855599120'
const PROFESSIONALS = ['Siri Sykepleier', 'Henrik Lungelege', 'Grete Fastlege'] as const

function accessAt(
  { owner, reader }: YearsPlace,
  number: number,
  atMs: number,
  patient: string,
): AuditRecord {
  return {
    event: 'PATIENT_DATA_READ',
    at: new Date(atMs).toISOString(),
    requestId: `y${number}`,
    requester: {
      ...{ kind: 'professional', pid: '23867934111', clientId: 'kilde-gateway' },
      ...{ name: PROFESSIONALS[number % 3] ?? '', authorization: 'LE', organization: reader },
    },
    patient,
    purpose: 'TREAT',
    decisionRef: { id: `d${number % 500}`, description: 'Kontroll', userSelected: false },
    classes: ['Observation'],
    items: [`${owner}.${number}`],
    outcome: 'SUCCESS',
  }
}
