import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AuditDisk } from '@kilde/audit'
import { postgresAuditReader } from '@kilde/audit/postgres'
import { organizations, patients } from '@kilde/people'
import pg from 'pg'
import { startDatabase } from './kit/database.js'
import { startNode } from './kit/node.js'
import { bundle, weight } from './kit/observations.js'
import { personaClaims, systemClaims } from './kit/tokens.js'

const own = organizations.municipality.number
const { identifier } = patients.copd
const QUERY = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations { nodes { id valueText } } }
}`
const refused = {
  status: 503,
  body: {
    errors: [
      {
        message: 'The access log cannot be written, so nothing was given out. Ask again later.',
        extensions: { code: 'AUDIT_UNAVAILABLE' },
      },
    ],
  },
}

type Node = Awaited<ReturnType<typeof startNode>>
const ask = async (node: Node) => {
  const { status, body } = await node.ask(personaClaims('nurse', own), QUERY, { identifier })
  return { status, body: body as unknown }
}
const isReady = async (node: Node) => (await fetch(`${node.url}/health/ready`)).status === 200
const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
}

describe('a node whose access log cannot be written gives out nothing', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  beforeAll(async () => {
    database = await startDatabase({ durable: true })
  }, 60_000)
  afterAll(() => database.stop())

  it('on a disk that is full, read-only, failing or too slow', async () => {
    let fault: 'none' | 'slow' | 'ENOSPC' | 'EROFS' | 'EIO' = 'none'
    const disk: AuditDisk = {
      async write(file, bytes, at) {
        if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, 5_500))
        else if (fault !== 'none') throw Object.assign(new Error(fault), { code: fault })
        await file.write(bytes, 0, bytes.length, at)
      },
      sync: (file) => file.datasync(),
    }
    const url = await database.createDatabase('audit_disk')
    const node = await startNode({
      databases: [{ organization: 'municipality', url }],
      auditDisk: disk,
    })
    try {
      await node.post('/fhir', systemClaims(own), bundle('batch', weight({})))
      const before = await ask(node)
      expect(before.status).toBe(200)
      for (const one of ['ENOSPC', 'EROFS', 'EIO', 'slow'] as const) {
        fault = one
        expect([one, await ask(node)]).toEqual([one, refused])
        expect(await isReady(node)).toBe(false)
        fault = 'none'
        await until(() => isReady(node))
        expect((await ask(node)).body).toEqual(before.body)
      }
    } finally {
      await node.stop()
    }
  }, 60_000)

  it('in a database that takes no records; with them it answers as from files', async () => {
    const url = await database.createDatabase('audit_store')
    const node = await startNode({
      databases: [{ organization: 'municipality', url }],
      settings: { KILDE_AUDIT_STORE: 'postgresql' },
    })
    const client = new pg.Client(url)
    await client.connect()
    try {
      await node.post('/fhir', systemClaims(own), bundle('batch', weight({})))
      expect((await ask(node)).status).toBe(200)
      await client.query('alter table kilde_audit.record rename to away')
      expect(await ask(node)).toEqual(refused)
      expect(await isReady(node)).toBe(false)
      await client.query('alter table kilde_audit.away rename to record')
      await until(() => isReady(node))
      expect((await ask(node)).status).toBe(200)
      const published = await (await fetch(`${node.url}/audit/keys`)).json()
      const key = Buffer.alloc(32, 7)
      const reader = postgresAuditReader({ databaseUrl: url, owner: own, key })
      expect(published).toEqual({ keys: reader.publicKeys() })
      await reader.close()
    } finally {
      await client.end()
      await node.stop()
    }
    const key = Buffer.alloc(32, 7)
    const reader = postgresAuditReader({ databaseUrl: url, owner: own, key })
    expect(await reader.verify()).toMatchObject({ ok: true, records: 4 })
    const events: string[] = []
    for await (const { record } of reader.records()) events.push(record.event)
    await reader.close()
    expect(events).toEqual([
      'PATIENT_DATA_WRITTEN',
      'PATIENT_DATA_READ',
      'AUDIT_RESUMED',
      'PATIENT_DATA_READ',
    ])
  }, 60_000)
})
