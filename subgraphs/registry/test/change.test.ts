import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { verifyState } from '@kilde/catalogue'
import {
  agreement,
  content,
  createWorld,
  fjordheim,
  granli,
  membership,
  organization,
  signedHeaders,
  solvik,
  type World,
} from './kit.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.end())

const ward = '310000213'
const subUnit = {
  number: ward,
  name: 'Fjordheim lungepoliklinikk',
  kind: 'HOSPITAL' as const,
  parent: fjordheim,
  dataClasses: [],
  contractVersion: '1.0',
  state: 'ACTIVE' as const,
  servesCitizens: false,
}

describe('the removal of an organisation', () => {
  it('ends its sub-units, its membership and every agreement that names it', async () => {
    await world.registry()
    const admin = await world.admin()
    await admin.importState({
      organizations: [...content.organizations, organization(granli), subUnit],
      agreements: [
        agreement(solvik, fjordheim),
        agreement(fjordheim, granli),
        agreement(solvik, granli),
      ],
      memberships: [...content.memberships, membership(granli)],
    })
    const answer = await admin.removeOrganization(fjordheim)
    expect(answer.ended).toEqual({
      organizations: [fjordheim, ward],
      agreements: [`${solvik}-${fjordheim}`, `${fjordheim}-${granli}`],
    })
    const { state } = await admin.overview()
    expect(state).toMatchObject({
      version: 2,
      organizations: [organization(solvik), organization(granli)],
      agreements: [agreement(solvik, granli)],
      memberships: [membership(solvik), membership(granli)],
    })
  })

  it('is refused while it is the successor of another, whose data would be out of sight', async () => {
    await world.registry()
    const admin = await world.admin()
    const closed = organization(solvik, { successor: fjordheim })
    await admin.importState({ ...content, organizations: [closed, organization(fjordheim)] })
    await expect(admin.removeOrganization(fjordheim)).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      publicText: `${fjordheim} is the successor of ${solvik}. Give these another successor, or remove them, first.`,
      detail: 'status 409',
    })
  })
})

describe('a change', () => {
  it('to agreements and memberships is taken one by one', async () => {
    await world.registry()
    const admin = await world.admin()
    await admin.putOrganization(organization(solvik))
    await admin.putOrganization(organization(fjordheim))
    await admin.putAgreement(agreement(solvik, fjordheim))
    await admin.putMembership(membership(solvik))
    await admin.putMembership(membership(fjordheim))
    expect((await admin.overview()).state).toMatchObject({ version: 5, ...content })
    await admin.removeAgreement(`${solvik}-${fjordheim}`)
    await admin.removeMembership(solvik)
    expect((await admin.overview()).state).toMatchObject({
      version: 7,
      agreements: [],
      memberships: [membership(fjordheim)],
    })
  })

  it('to the replicas of an organisation is kept', async () => {
    await world.registry()
    const admin = await world.admin()
    const entry = organization(solvik, { replicas: ['https://b.example', 'https://c.example'] })
    await admin.putOrganization(entry)
    expect((await admin.overview()).state.organizations).toEqual([entry])
  })

  it('that would contradict the rest changes nothing', async () => {
    await world.registry()
    const admin = await world.admin()
    await admin.importState(content)
    await expect(
      admin.putOrganization({ ...subUnit, number: fjordheim, parent: solvik }),
    ).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      publicText: `The registry's data are not valid:
  agreement ${solvik}-${fjordheim}: its provider ${fjordheim} is a sub-unit; name its legal entity ${solvik}
  membership of ${fjordheim}: its organisation ${fjordheim} is a sub-unit; name its legal entity ${solvik}`,
    })
    expect((await admin.overview()).state).toMatchObject({ version: 1, ...content })
  })

  it('stands in the log of changes: who, what, when, and which version it made', async () => {
    await world.registry()
    const admin = await world.admin()
    await admin.importState(content)
    await admin.drain(fjordheim)
    await admin.removeOrganization(fjordheim)
    const record = { at: expect.stringMatching(/^\d{4}-.*Z$/), client: 'kilde-admin' }
    expect(await world.changes()).toEqual([
      { at: record.at, client: 'registry', action: 'start', version: 0 },
      { ...record, action: 'state.import', version: 1, entry: content },
      { ...record, action: 'organization.drain', target: fjordheim, version: 2 },
      {
        ...record,
        action: 'organization.remove',
        target: fjordheim,
        version: 3,
        ended: { organizations: [fjordheim], agreements: [`${solvik}-${fjordheim}`] },
      },
    ])
  })

  it('that would make the state larger than followers take is refused', async () => {
    await world.registry({ KILDE_REGISTRY_MAX_STATE_BYTES: '1000' })
    const admin = await world.admin()
    await admin.putOrganization(organization(solvik))
    await admin.putOrganization(organization(fjordheim))
    const large = organization(granli, { endpoint: `http://127.0.0.1/${'x'.repeat(450)}` })
    await expect(admin.putOrganization(large)).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      publicText:
        'The change would make the state larger than followers take. Nothing was changed.',
    })
    expect((await admin.overview()).state.version).toBe(2)
  })

  it('that cannot be saved has no effect, and the registry says that it is not well', async () => {
    const { url } = await world.registry()
    const admin = await world.admin()
    await admin.importState(content)
    // A folder in the place of the file that is about to be written.
    await mkdir(join(world.folder, 'state.json.new'))
    await expect(admin.drain(solvik)).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      publicText: 'The change could not be saved and has no effect.',
    })
    expect((await admin.overview()).state).toMatchObject({ version: 1, ...content })
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({
      status: 'not ready',
      parts: [{ name: 'state file', ok: false, note: 'the last change could not be saved' }],
    })
    expect((await world.changes()).at(-1)).toMatchObject({ action: 'not saved', version: 2 })
    await rm(join(world.folder, 'state.json.new'), { recursive: true })
    expect(await admin.drain(solvik)).toMatchObject({ version: 2 })
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
  })
})

describe('a registry that starts', () => {
  it('goes on with the state it had', async () => {
    const registry = await world.registry()
    await (await world.admin()).importState(content)
    await registry.stop()
    await world.registry()
    expect((await (await world.admin()).overview()).state).toMatchObject({ version: 1, ...content })
    expect((await world.changes()).at(-1)).toMatchObject({ action: 'start', version: 1 })
  })

  it('refuses a state file that is not valid, with every problem named', async () => {
    const faulty = { ...content, organizations: [organization(solvik)], memberships: [] }
    await writeFile(join(world.folder, 'state.json'), JSON.stringify({ version: 3, ...faulty }))
    await expect(world.registry()).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
      publicText: `The registry's data are not valid:
  agreement ${solvik}-${fjordheim}: its provider ${fjordheim} is unknown`,
    })
    await writeFile(join(world.folder, 'state.json'), JSON.stringify(content))
    await expect(world.registry()).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
      publicText: "The registry's state file is not valid:\n  version: is missing",
    })
    await writeFile(join(world.folder, 'state.json'), '')
    await expect(world.registry()).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
      publicText: "The registry's state file is not valid:\n  the file is not JSON",
    })
  })

  it('does not join its first line to one that a crash cut off', async () => {
    await writeFile(join(world.folder, 'changes.jsonl'), '{"at":"2026')
    await world.registry()
    const log = await readFile(join(world.folder, 'changes.jsonl'), 'utf8')
    expect(log.split('\n')[0]).toBe('{"at":"2026')
    expect(JSON.parse(log.split('\n')[1] ?? '')).toMatchObject({ action: 'start' })
  })

  it('keeps its files from other users of the machine', async () => {
    await world.registry()
    await (await world.admin()).importState(content)
    for (const file of ['state.json', 'changes.jsonl']) {
      expect((await stat(join(world.folder, file))).mode & 0o077).toBe(0)
    }
  })
})

it('the signed state can be fetched, and its signature is fresh', async () => {
  const { url } = await world.registry()
  await (await world.admin()).importState(content)
  const tokens = await world.client('kilde-gateway')
  const headers = await signedHeaders(tokens, 'GET', `${url}/state`, 'kilde:registry/follow')
  const response = await fetch(`${url}/state`, { headers })
  expect(response.headers.get('content-type')).toContain('application/jose')
  const state = await verifyState(await response.text(), world.keys)
  expect(state).toMatchObject({ version: 1, ...content })
  expect(Date.now() - Date.parse(state.issuedAt)).toBeLessThan(60_000)
})
