import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateKey, publicPart } from '@kilde/trust'
import { type RegisteredClient, registeredClients } from '../src/clients.js'

describe('clients that are registered while the service runs', () => {
  let folder: string
  let client: RegisteredClient
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-clients-'))
    const organization = '310000108'
    const publicJwk = publicPart(await generateKey())
    client = {
      clientId: 'kilde-node-1',
      kind: 'node',
      name: 'Solvik: node',
      organization,
      publicJwk,
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  const put = (name: string, content: object) =>
    writeFile(join(folder, `${name}.json`), JSON.stringify(content))

  it('are known from when their file is there, and stay as they were then', async () => {
    const clients = registeredClients([], folder)
    expect(clients('kilde-node-1')).toBeUndefined()
    await put('kilde-node-1', client)
    expect(clients('kilde-node-1')).toEqual(client)
    await put('kilde-node-1', { ...client, kind: 'admin' })
    expect(clients('kilde-node-1')).toEqual(client)
  })

  it('do not take the place of those of the configuration', async () => {
    const configured = { ...client, clientId: 'kilde-admin', kind: 'admin' as const }
    await put('kilde-admin', { ...client, clientId: 'kilde-admin' })
    expect(registeredClients([configured], folder)('kilde-admin')).toBe(configured)
  })

  it.each([
    ['of another name', 'other', { clientId: 'kilde-node-2' }],
    ['without an organisation', 'alone', { clientId: 'alone', organization: undefined }],
    ['of no kind', 'kind', { clientId: 'kind', kind: 'owner' }],
  ])('are none where a file describes one %s', async (_, name, wrong) => {
    await put(name, { ...client, ...wrong })
    expect(registeredClients([], folder)(name)).toBeUndefined()
  })

  it.each(['../kilde-node-1', '..', '.', '', 'a/b'])('are not looked for elsewhere: %s', (id) => {
    expect(registeredClients([], folder)(id)).toBeUndefined()
  })
})
