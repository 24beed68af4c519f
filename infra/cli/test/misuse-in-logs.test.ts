import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AuditRecord, openAuditLog } from '@kilde/audit'
import { openPostgresAuditLog } from '@kilde/audit/postgres'
import { silentLogger } from '@kilde/service'
import { startDatabase } from '../../../subgraphs/organization/test/kit/database.js'
import { runHere } from './kit.js'

const [hospital, municipality] = ['310000205', '310000108']
const [gatewayKey, nodeKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
const SYSTEM = 'urn:oid:2.16.578.1.12.4.1.4.1'
const [kari, didrik] = ['08825133489', '15886220593']
const doctor = { pid: '23867934111', name: 'Henrik Lungelege' }
const nurse = { pid: '04918825601', name: 'Siri Sukker' }
const NOON = Date.parse('2026-03-14T12:00:00+01:00')

interface Seen {
  readonly who: { readonly pid: string; readonly name: string }
  /** Minutes after noon. */
  readonly at: number
  readonly patient: string
  readonly userSelected?: boolean
}

type Read = Extract<AuditRecord, { readonly event: 'PATIENT_DATA_READ' }>

let count = 0
const traceOf = (n: number): string => n.toString(16).padStart(32, '0')
const record = ({ who, at, patient, userSelected = false }: Seen, more: object = {}): AuditRecord =>
  ({
    event: 'PATIENT_DATA_READ',
    ...{ at: new Date(NOON + at * 60_000).toISOString(), requestId: `r${count}`, purpose: 'TREAT' },
    requester: {
      ...{ kind: 'professional', ...who, clientId: 'kilde-gateway', organization: hospital },
    },
    ...{ patient: `${SYSTEM}|${patient}`, classes: ['Observation'], outcome: 'SUCCESS' },
    decisionRef: { id: 'd', userSelected },
    trace: traceOf(count),
    ...more,
  }) as AuditRecord

const gateway: AuditRecord[] = []
const node: AuditRecord[] = []
/** One request: at the gateway, and at an organisation that knows the patient or refuses by a digest of its own. */
function see(seen: Seen, refused = false): void {
  count += 1
  gateway.push(record(seen))
  if (!refused) return void node.push(record(seen))
  const { patient: _patient, ...rest } = record(seen) as Read
  node.push({
    ...rest,
    ...{ event: 'PATIENT_DATA_REFUSED', patientDigest: `digest of ${seen.patient}` },
    ...{ outcome: 'REFUSED', code: 'ROLE' },
  } as AuditRecord)
}

let folder = ''
const run = (...args: readonly string[]) =>
  runHere(['audit', 'signs', '--keys', 'audit.json', ...args], { folder })
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

async function write(service: string, owner: string, key: Buffer, records: readonly AuditRecord[]) {
  const directory = join(folder, service)
  const log = await openAuditLog({ directory, owner, key, logger: silentLogger })
  for (const one of records) await log.append(one)
  await log.close()
}

describe('kilde audit signs', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-signs-'))
    // As many patients as the rule allows, each in two logs under two names: not too many.
    for (let at = 0; at < 39; at++) see({ who: doctor, at, patient: `${at}` }, true)
    see({ who: nurse, at: 5, patient: didrik, userSelected: true })
    see({ who: nurse, at: 6, patient: kari, userSelected: true })
    await write('gateway', hospital, gatewayKey, gateway)
    await write('node', municipality, nodeKey, node)
    const key = (bytes: Buffer) => bytes.toString('base64url')
    await writeFile(
      join(folder, 'audit.json'),
      JSON.stringify([
        { service: 'gateway', directory: 'gateway', key: key(gatewayKey) },
        { service: 'node', directory: 'node', key: key(nodeKey) },
      ]),
    )
    const people = [
      { identifier: didrik, familyName: 'Sukker' },
      { identifier: kari, familyName: 'Kols', organization: hospital },
    ]
    await writeFile(
      join(folder, 'people.json'),
      JSON.stringify({ people, bearers: { Sukker: 30 } }),
    )
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('takes the records of one request in all logs for one access, and says what it could not look for', async () => {
    const { code, out } = await run()
    expect([code, lastLine(out)]).toEqual([0, '0 signs in 41 accesses of 2 users'])
    expect(out).toContain('COLLEAGUE and FAMILY_NAME were not looked for')
  })

  it('finds a colleague’s record and the own family name by base data, and prints no number', async () => {
    const { code, out } = await run('--people', 'people.json')
    expect([code, lastLine(out)]).toEqual([0, '2 signs in 41 accesses of 2 users'])
    for (const rule of ['COLLEAGUE', 'FAMILY_NAME'])
      expect(out).toMatch(
        new RegExp(`2026-03-14\\s+${rule}\\s+Siri Sukker\\s+${hospital}\\s+1\\s+1`),
      )
    for (const number of [kari, didrik, doctor.pid, nurse.pid]) expect(out).not.toContain(number)
  })

  it('finds one patient more, from the gateway’s log alone', async () => {
    const more = record({ who: doctor, at: 39, patient: kari }, { trace: traceOf(999) })
    await write('gateway', hospital, gatewayKey, [more])
    const { out } = await run('--service', 'gateway')
    expect(lastLine(out)).toBe('1 signs in 42 accesses of 2 users')
    expect(out).toMatch(/BULK\s+Henrik Lungelege\s+310000205\s+40\s+40/)
  })

  it('says which places of the base data are wrong, and never what stands there', async () => {
    await writeFile(
      join(folder, 'wrong.json'),
      JSON.stringify({ people: [{ identifier: '12345' }] }),
    )
    const { code, err } = await run('--people', 'wrong.json')
    expect(code).toBe(2)
    expect(err).toContain('people.0.identifier')
    expect(err).not.toContain('12345')
  })
})

describe('kilde audit signs, of a log in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let place = ''
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'kilde-signs-database-'))
    database = await startDatabase({ durable: true })
    const databaseUrl = await database.createDatabase('signs')
    const options = { databaseUrl, owner: municipality, key: nodeKey, logger: silentLogger }
    const log = await openPostgresAuditLog(options)
    for (let at = 0; at < 40; at++) {
      await log.append(record({ who: doctor, at, patient: `${at}` }, { trace: traceOf(at + 1) }))
    }
    await log.close()
    const entry = { service: 'node', databaseUrl, key: nodeKey.toString('base64url') }
    await writeFile(join(place, 'audit.json'), JSON.stringify([entry]))
  }, 60_000)
  afterAll(async () => {
    await database?.stop()
    await rm(place, { recursive: true, force: true })
  })

  it('finds what it finds in files', async () => {
    const args = ['audit', 'signs', '--keys', 'audit.json']
    const { code, out } = await runHere(args, { folder: place })
    expect([code, lastLine(out)]).toEqual([0, '1 signs in 40 accesses of 1 users'])
    expect(out).toMatch(/BULK\s+Henrik Lungelege\s+310000205\s+40\s+40/)
  })
})
