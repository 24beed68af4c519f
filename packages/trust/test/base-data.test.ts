import { describe, expect, it } from '@jest/globals'
import { remoteBaseData } from '../src/index.js'
import { claim, type Json, practising as practisingAttest, useIssuer } from './attests.js'
import { attest, newScene, organization, pid, start } from './issuer.js'
import { refusal } from './refusals.js'

const issuer = useIssuer()

const doctor = { pid, authorizations: [{ code: 'LE', validFrom: '2010-01-01T00:00:00+01:00' }] }
const registers: Record<string, unknown> = {
  '/hpr/9990001': doctor,
  '/organizations/310000302': { number: '310000302' },
  '/organizations/310000310': { number: '310000310', parent: '310000302' },
}

/** Registers that hold these entries, and what they were asked. */
function serving(entries: Record<string, unknown>) {
  const asked: string[] = []
  const state = { down: false }
  const fetch = async (address: unknown) => {
    const { pathname } = new URL(String(address))
    asked.push(String(address))
    if (state.down) throw new TypeError('fetch failed')
    const entry = entries[pathname]
    return entry === undefined ? new Response('', { status: 404 }) : Response.json(entry)
  }
  return { fetch: fetch as typeof globalThis.fetch, asked, state }
}

function sceneWith(entries: Record<string, unknown>) {
  const { fetch, asked, state } = serving(entries)
  const clock = { now: () => start * 1000 }
  const baseData = remoteBaseData('https://registers.example', { fetch, now: () => clock.now() })
  const scene = newScene(issuer(), { baseData })
  clock.now = scene.now
  const verify = (claims: Json = {}) => scene.verifier.verify(scene.request(scene.token(claims)))
  return { scene, verify, asked, state }
}

const practising = (change: Json) => ({ [claim]: practisingAttest(change) })
const without = (path: string) => ({ ...registers, [path]: undefined })

describe('an attest checked against the registers', () => {
  it('is taken where they say the same', async () => {
    const { verify, asked } = sceneWith(registers)
    await expect(verify()).resolves.toMatchObject({ kind: 'professional' })
    expect(asked.sort()).toEqual([
      'https://registers.example/hpr/9990001',
      'https://registers.example/organizations/310000302',
      'https://registers.example/organizations/310000310',
    ])
  })

  it('ATT-15 is refused where its legal entity does not exist, no more, or is a sub-unit', async () => {
    const entity = '/organizations/310000302'
    const faulty = [
      without(entity),
      { ...registers, [entity]: { deleted: '2020-01-01T00:00:00Z' } },
      { ...registers, [entity]: { parent: '310000108' } },
    ]
    for (const entries of faulty) {
      const error = await refusal(sceneWith(entries).verify(), 'ORGANIZATION_NOT_REGISTERED')
      expect(error.detail).toBe('legal_entity')
      expect(error.wwwAuthenticate).toContain('error="insufficient_authorization_details"')
      expect(error.caller).toMatchObject({ pid, possessionProven: true })
    }
  })

  it('ATT-18 is refused where its point of care is no sub-unit of the legal entity', async () => {
    const point = '/organizations/310000310'
    const faulty = [
      without(point),
      { ...registers, [point]: {} },
      { ...registers, [point]: { parent: '310000108' } },
      { ...registers, [point]: { parent: '310000302', deleted: '2020-01-01T00:00:00Z' } },
    ]
    for (const entries of faulty) {
      const error = await refusal(sceneWith(entries).verify(), 'ORGANIZATION_NOT_REGISTERED')
      expect(error.detail).toBe('point_of_care')
    }
  })

  it('ATT-19 is taken where its point of care is the legal entity itself', async () => {
    const { verify } = sceneWith(without('/organizations/310000310'))
    const own = practising({ point_of_care: organization('310000302') })
    await expect(verify(own)).resolves.toMatchObject({ organization: '310000302' })
  })

  it('ATT-29 is refused where HPR does not know the number, or as somebody else’s', async () => {
    const hpr = '/hpr/9990001'
    for (const entries of [
      without(hpr),
      { ...registers, [hpr]: { ...doctor, pid: '04918825601' } },
    ]) {
      const error = await refusal(sceneWith(entries).verify(), 'AUTHORIZATION_NOT_REGISTERED')
      expect(error.detail).toBe('hpr_nr')
    }
  })

  it('ATT-32 is refused where HPR does not have the authorisation, not yet, or no more', async () => {
    const entries = (authorizations: object[]) => ({
      ...registers,
      '/hpr/9990001': { pid, authorizations },
    })
    const [past, soon] = ['2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z']
    const faulty = [
      [],
      [{ code: 'SP', validFrom: past }],
      [{ code: 'LE', validFrom: soon }],
      [{ code: 'LE', validFrom: past, validTo: '2021-01-01T00:00:00Z' }],
    ]
    for (const authorizations of faulty) {
      const { verify } = sceneWith(entries(authorizations))
      const error = await refusal(verify(), 'AUTHORIZATION_NOT_REGISTERED')
      expect(error.detail).toBe('authorization')
    }
    const inForce = [
      { code: 'SP', validFrom: past },
      { code: 'LE', validFrom: past, validTo: soon },
    ]
    await expect(sceneWith(entries(inForce)).verify()).resolves.toMatchObject({ pid })
  })

  it('ATT-32 is refused with an authorisation of somebody without an HPR number, but for XX', async () => {
    const hpr = { 'helseid://claims/hpr/hpr_number': undefined }
    const { authorization } = attest.practitioner
    const bare = (code?: string) => ({
      ...hpr,
      ...practising({ hpr_nr: undefined, authorization: code && { ...authorization, code } }),
    })
    const { verify } = sceneWith(registers)
    await refusal(verify(bare('LE')), 'AUTHORIZATION_NOT_REGISTERED')
    await expect(verify(bare('XX'))).resolves.toMatchObject({ pid })
    await expect(verify(bare())).resolves.toMatchObject({ pid })
  })
})

describe('registers', () => {
  it('that do not answer, or not clearly, let nobody with an attest in, with a reason of its own', async () => {
    const { verify, state } = sceneWith(registers)
    state.down = true
    const error = await refusal(verify(), 'BASE_DATA_UNAVAILABLE')
    expect(error.wwwAuthenticate).toBeUndefined()
    const unclear = [
      {},
      { pid: 'x', authorizations: [] },
      { ...doctor, authorizations: 'all' },
      [],
      null,
    ]
    for (const entry of unclear) {
      const entries = { ...registers, '/hpr/9990001': entry }
      await refusal(sceneWith(entries).verify(), 'BASE_DATA_UNAVAILABLE')
    }
    await refusal(
      sceneWith({ ...registers, '/organizations/310000302': { parent: 7 } }).verify(),
      'BASE_DATA_UNAVAILABLE',
    )
  })

  it('are asked again after ten minutes, and believed for an hour where they do not answer', async () => {
    const { verify, scene, asked, state } = sceneWith(registers)
    const fresh = () => ({
      iat: Math.floor(scene.now() / 1000),
      exp: Math.floor(scene.now() / 1000) + 60,
      nbf: undefined,
    })
    await Promise.all([verify(), verify()])
    expect(asked).toHaveLength(3)
    scene.moveBy(600_000)
    await verify(fresh())
    expect(asked).toHaveLength(3)
    scene.moveBy(1)
    await verify(fresh())
    expect(asked).toHaveLength(6)
    state.down = true
    scene.moveBy(3_600_000)
    await verify(fresh())
    scene.moveBy(1)
    await refusal(verify(fresh()), 'BASE_DATA_UNAVAILABLE')
  })

  it('tell of an authorisation that was withdrawn within ten minutes, while its token lives', async () => {
    const entries = { ...registers }
    const { verify, scene } = sceneWith(entries)
    await verify()
    entries['/hpr/9990001'] = { pid, authorizations: [] }
    scene.moveBy(600_001)
    const late = { exp: start + 3_000 }
    await refusal(verify(late), 'AUTHORIZATION_NOT_REGISTERED')
  })

  it('are not asked about citizens', async () => {
    const { verify, asked } = sceneWith({})
    const purpose = { code: 'PATRQT', system: 'urn:oid:2.16.840.1.113883.1.11.20448' }
    const citizen = {
      [claim]: undefined,
      'helseid://claims/client/claims/orgnr_parent': undefined,
      'kilde:citizen': { purpose_of_use: purpose },
    }
    await expect(verify(citizen)).resolves.toMatchObject({ kind: 'citizen' })
    expect(asked).toEqual([])
  })
})
