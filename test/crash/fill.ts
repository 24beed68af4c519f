import { type AuditLog, type AuditRecord, openAuditLog } from '@kilde/audit'

/** Appends under way at once: far from what a log keeps waiting, and enough for one wait on the disk to serve many. */
const AT_ONCE = 2_000

/** One access of a nurse, as a node records it. */
const accessOf = (number: number): AuditRecord => ({
  event: 'PATIENT_DATA_READ',
  at: new Date(Date.UTC(2026, 2, 14) + number * 1_000).toISOString(),
  requestId: `r${number}`,
  requester: {
    ...{ kind: 'professional', pid: '04918825601', name: 'Siri Sykepleier' },
    ...{ organization: '310000108', clientId: 'kilde-gateway' },
  },
  patient: 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489',
  purpose: 'TREAT',
  classes: ['Observation'],
  items: [`310000108.${number}`],
  outcome: 'SUCCESS',
})

/** Opens a log, appends so many records and closes it again. */
export async function fill(
  options: Parameters<typeof openAuditLog>[0],
  records: number,
): Promise<void> {
  const log = await openAuditLog(options)
  for (let from = 0; from < records; from += AT_ONCE)
    await appendAll(log, from, Math.min(records, from + AT_ONCE))
  await log.close()
}

export async function appendAll(log: AuditLog, from: number, to: number): Promise<void> {
  await Promise.all(Array.from({ length: to - from }, (_, at) => log.append(accessOf(from + at))))
}

/** Whole numbers from the command line. @throws Error naming the option */
export function wholeNumbers<Name extends string>(
  values: Readonly<Record<Name, string>>,
): Readonly<Record<Name, number>> {
  const read = Object.entries<string>(values).map(([name, text]) => {
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number`)
    return [name, Number(text)]
  })
  return Object.fromEntries(read) as Record<Name, number>
}
