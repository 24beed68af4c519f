import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type AuditRecord, keysOfOwner, openAuditLog } from '@kilde/audit'
import { organizations } from '@kilde/people'
import { silentLogger } from '@kilde/service'
import { generateKey } from '@kilde/trust'
import { ownLogs } from '../src/access-log/own-logs.js'
import { readOrganizationConfig } from '../src/index.js'

const [OLD, NEW, GIVEN, OWN] = [1, 2, 3, 4].map((byte) => Buffer.alloc(32, byte)) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
]
const { municipality, hospital, gp } = organizations
const patient = 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489'
const text = (key: Buffer): string => key.toString('base64url')
const aRead = (requestId: string): AuditRecord => ({
  event: 'PATIENT_DATA_READ',
  at: '2026-03-14T07:31:00.000Z',
  requestId,
  requester: { kind: 'citizen', pid: '08825133489', clientId: 'kilde-cli' },
  patient,
  purpose: 'PATRQT',
  classes: ['Observation'],
  outcome: 'SUCCESS',
})

let directory = ''
let common: Record<string, string> = {}
beforeAll(async () => {
  common = {
    KILDE_ISSUER: 'https://identity.test/',
    KILDE_CLIENT_ID: 'kilde-node',
    KILDE_CLIENT_KEY: JSON.stringify(await generateKey()),
    KILDE_REGISTRY_URL: 'https://registry.test',
    KILDE_REGISTRY_KEYS: JSON.stringify({ keys: [{ kty: 'EC' }] }),
    KILDE_ORGANIZATION: municipality.number,
    KILDE_AUDIT_KEY: text(OWN),
    KILDE_DIGEST_KEY: text(OWN),
    KILDE_STORE_DIRECTORY: '/var/lib/kilde/store',
    KILDE_AUDIT_DIRECTORY: '/var/lib/kilde/audit',
  }
})
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kilde-gateway-logs-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const atGateway = (): string => join(directory, 'gateway')

/** What a gateway with these keys writes. */
async function write(
  owner: string,
  id: string,
  keys: Parameters<typeof keysOfOwner>[1],
  folder = atGateway(),
) {
  const log = await openAuditLog({
    ...{ directory: folder, owner, logger: silentLogger },
    ...keysOfOwner(owner, keys),
  })
  await log.append(aRead(id))
  await log.close()
}

/** What the operator's node finds in the gateway's logs, by its own settings. */
async function findAll(settings: Readonly<Record<string, string>>) {
  const config = readOrganizationConfig({
    ...common,
    KILDE_GATEWAY_AUDIT_DIRECTORY: atGateway(),
    ...settings,
  })
  const own = await openAuditLog({
    ...{ directory: join(directory, 'own'), owner: municipality.number },
    ...{ key: OWN, logger: silentLogger },
  })
  await own.close()
  const found: string[] = []
  for (const log of await ownLogs(config, own)()) {
    if (log.kind !== 'GATEWAY') continue
    const asked = log.find({ patientDigest: log.patientDigest(patient), order: 'OLDEST_FIRST' })
    for await (const { sequence, record } of asked) {
      const receipt = await log.receipt?.(sequence)
      expect(receipt?.leafIndex).toBe(sequence - 1)
      found.push(`${log.name} ${'requestId' in record ? record.requestId : ''}`)
    }
  }
  return found
}

describe('the operator’s node reads the gateway’s logs', () => {
  const rotated = {
    KILDE_GATEWAY_AUDIT_KEY: text(NEW),
    KILDE_GATEWAY_AUDIT_KEYS_PREVIOUS: JSON.stringify([text(OLD)]),
  }

  it('before and after the gateway’s key was changed, and those that nobody has needed since', async () => {
    await write(hospital.number, 'one', { key: OLD })
    await write(gp.number, 'before', { key: OLD })
    const both = [`${hospital.number} one`, `${gp.number} before`].sort()
    expect((await findAll(rotated)).sort()).toEqual(both)
    await write(hospital.number, 'two', { key: NEW, previousKeys: [OLD] })
    expect((await findAll(rotated)).sort()).toEqual([...both, `${hospital.number} two`].sort())
  })

  it('with the keys that organisations gave for their own', async () => {
    await write(hospital.number, 'one', { key: OLD })
    const organizationKeys = { [hospital.number]: GIVEN }
    await write(hospital.number, 'two', { key: NEW, previousKeys: [OLD], organizationKeys })
    const given = { [hospital.number]: text(GIVEN) }
    const settings = { KILDE_GATEWAY_AUDIT_ORGANIZATION_KEYS: JSON.stringify(given) }
    expect(await findAll({ ...rotated, ...settings })).toEqual([
      `${hospital.number} one`,
      `${hospital.number} two`,
    ])
  })

  it('never with a key too few: the log is then not answered for, rather than empty', async () => {
    await write(hospital.number, 'one', { key: OLD })
    const damaged = { code: 'AUDIT_LOG_DAMAGED' }
    await expect(findAll({ KILDE_GATEWAY_AUDIT_KEY: text(NEW) })).rejects.toMatchObject(damaged)
  })

  it('of each replica, whose entries never take each other’s names', async () => {
    const folders = { a: join(directory, 'a'), b: join(directory, 'b') }
    for (const [name, folder] of Object.entries(folders)) {
      await write(hospital.number, `at ${name}`, { key: OLD }, folder)
    }
    const settings = {
      KILDE_GATEWAY_AUDIT_KEY: text(OLD),
      KILDE_GATEWAY_AUDIT_DIRECTORY: JSON.stringify(folders),
    }
    expect(await findAll(settings)).toEqual([
      `a-${hospital.number} at a`,
      `b-${hospital.number} at b`,
    ])
  })

  it.each(['{}', '{"a":"/x","b":"/x"}', '{"A b":"/x"}', '{"a":', ''])(
    'and refuses to start with folders like %s',
    (folders) => {
      const settings = { ...common, KILDE_GATEWAY_AUDIT_KEY: text(OLD) }
      expect(() =>
        readOrganizationConfig({ ...settings, KILDE_GATEWAY_AUDIT_DIRECTORY: folders }),
      ).toThrow('KILDE_GATEWAY_AUDIT_')
    },
  )

  it.each(['KILDE_GATEWAY_AUDIT_KEYS_PREVIOUS', 'KILDE_GATEWAY_AUDIT_ORGANIZATION_KEYS'])(
    'and refuses to start with %s without their folder',
    (name) => {
      const value = name.endsWith('PREVIOUS') ? '[]' : '{}'
      expect(() => readOrganizationConfig({ ...common, [name]: value })).toThrow(
        `${name}: must be set with KILDE_GATEWAY_AUDIT_DIRECTORY`,
      )
    },
  )
})
