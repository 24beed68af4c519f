import { chmod, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@kilde/organization'
import { compileShapeCheck, ingest, openStore } from '@kilde/organization/store'
import { organizations, patients } from '@kilde/people'
import { runHere } from './kit.js'

const organization = organizations.municipality.number
const now = () => Date.parse('2026-11-22T12:00:00Z')
const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]

describe('kilde store', () => {
  let folder: string
  let server: EmbeddedPostgres

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-store-'))
    await chmod(folder, 0o755)
    server = await startEmbeddedPostgres({ directory: join(folder, 'db') })
    const databaseUrl = await keysFor('store.json', 'filled', { key: first })
    const store = await openStore({ databaseUrl, organization, key: first, now })
    const { bundle } = await ingest(observation, {
      ...{ organization, store, now },
      checkShape: compileShapeCheck(),
    })
    expect(bundle.entry?.[0]?.response?.status).toBe('201 Created')
    await store.close()
  })
  afterAll(async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const keysFor = async (
    name: string,
    database: string,
    { key, previousKeys = [] }: { readonly key: Buffer; readonly previousKeys?: readonly Buffer[] },
  ): Promise<string> => {
    const databaseUrl = await server.createDatabase(database)
    const text = (one: Buffer): string => one.toString('base64url')
    const entry = {
      ...{ organization, databaseUrl, key: text(key) },
      previousKeys: previousKeys.map(text),
    }
    await writeFile(join(folder, name), JSON.stringify([entry]))
    return databaseUrl
  }
  const kilde = (command: string, keys: string, ...more: readonly string[]) =>
    runHere(['store', command, '--organization', organization, '--keys', keys, ...more], {
      folder,
      now,
    })

  it('backs up into a file of this user alone, and restores it into an empty database', async () => {
    const made = await kilde('backup', 'store.json', '--to', 'store.backup')
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(made.out).toMatch(/^observation +1 /m)
    expect(made.out.trim().split('\n').at(-1)).toMatch(/^\d+ rows of \d+ tables backed up$/)
    expect((await stat(join(folder, 'store.backup'))).mode & 0o077).toBe(0)
    await keysFor('fresh.json', 'fresh', { key: first })
    const restored = await kilde('restore', 'fresh.json', '--from', 'store.backup')
    expect(restored).toEqual({ code: 0, err: '', out: made.out.replace('backed up', 'restored') })
    const again = await kilde('restore', 'fresh.json', '--from', 'store.backup')
    expect(again.code).toBe(1)
    expect(again.err).toContain('The database is not empty')
  })

  it('restores nothing of a file that was cut, and tells it', async () => {
    await writeFile(join(folder, 'cut'), await readFile(join(folder, 'store.backup')))
    await truncate(join(folder, 'cut'), 300)
    await keysFor('cut.json', 'cut', { key: first })
    const { code, out, err } = await kilde('restore', 'cut.json', '--from', 'cut')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('The backup is not whole')
    expect((await kilde('restore', 'cut.json', '--from', 'nowhere')).err).toContain(
      'nowhere cannot be read',
    )
  })

  it('seals anew with another key', async () => {
    const turned = { key: second, previousKeys: [first] }
    await keysFor('turned.json', 'filled', turned)
    const { code, out } = await kilde('reseal', 'turned.json')
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^1 patients and 1 observations sealed anew/),
    })
    await keysFor('store.json', 'filled', { key: first })
    const { code: without, err } = await kilde('reseal', 'store.json')
    expect(without).toBe(1)
    expect(err).toContain('none of the configured keys opens')
  })

  it('names what is wrong with a file of keys, and no key', async () => {
    const secret = Buffer.alloc(30, 5).toString('base64url')
    await writeFile(join(folder, 'bad.json'), JSON.stringify([{ organization, key: secret }]))
    const { code, err } = await kilde('backup', 'bad.json', '--to', 'x')
    expect(code).toBe(1)
    expect(err).toContain('0.key')
    expect(err).toContain('0.databaseUrl')
    expect(err).not.toContain(secret)
    await writeFile(join(folder, 'none.json'), '[]')
    expect((await kilde('backup', 'none.json', '--to', 'x')).code).toBe(2)
  })
})

const observation = Buffer.from(
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'batch',
    entry: [
      {
        request: { method: 'POST', url: 'Observation' },
        resource: {
          resourceType: 'Observation',
          identifier: [{ system: 'urn:test', value: 'w1' }],
          status: 'final',
          category: [{ coding: [{ code: 'vital-signs' }] }],
          code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
          subject: {
            identifier: {
              system: 'urn:oid:2.16.578.1.12.4.1.4.1',
              value: patients.copd.identifier,
            },
          },
          effectiveDateTime: '2026-11-20T08:00:00+01:00',
          valueQuantity: {
            ...{ value: 70.5, unit: 'kg', code: 'kg' },
            system: 'http://unitsofmeasure.org',
          },
        },
      },
    ],
  }),
)
