import { beforeEach, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { createHolding, type Holding } from '../src/feed/holding.js'
import { createNodeKey, deriveNodeKey, type Entry } from '../src/index.js'
import { instant } from './statements.js'

const organization = '310000108'
const key = createNodeKey(deriveNodeKey(Buffer.alloc(32, 1), organization))
const other = createNodeKey(deriveNodeKey(Buffer.alloc(32, 1), '310000205'))
const patient = parsePatientIdentifier('08825133489')
const stranger = parsePatientIdentifier('15886220593')
const MINUTE = 60_000
const begin = Date.parse('2026-03-03T12:00:00Z')

const block = {
  id: '0b0e1a52-5d9c-4f0f-9d0e-1f8c5c3c2a11',
  data: { organization },
  recipient: {},
  validity: { from: instant(1) },
}
const entry: Entry = { blocks: [block], consents: [], reservations: [], representation: [] }
const mark = (version: number) => ({ version, tag: `${version}`.padStart(43, '0') })
const issued = (ms = now) => new Date(ms).toISOString()
const whole = (version: number, content = { [key.digest(patient)]: key.seal(patient, entry) }) => ({
  organization,
  issuedAt: issued(),
  mark: mark(version),
  entries: content,
})

let now = begin
let holding: Holding
beforeEach(() => {
  now = begin
  const ages = { staleAfterMs: 15_000, expiresAfterMs: 15 * MINUTE }
  holding = createHolding({ organization, key, now: () => now, ...ages })
})

describe('what a node holds', () => {
  it('is unknown before the first word of the service', () => {
    expect(holding.view(patient)).toBe('UNKNOWN')
    expect(holding.health().ok).toBe(false)
  })

  it('is what was sent about this patient, and nothing about another', () => {
    holding.accept(whole(3))
    expect(holding.view(patient)).toEqual({ asOfMs: begin, ...entry })
    expect(holding.view(stranger)).toMatchObject({ asOfMs: begin, blocks: [] })
  })

  it('stays known for 15 minutes after the last confirmation, and is unknown after', () => {
    holding.accept(whole(3))
    now = begin + 10 * MINUTE
    holding.confirm({ organization, issuedAt: issued(), mark: mark(3) })
    now = begin + 25 * MINUTE
    expect(holding.view(patient)).toMatchObject({ blocks: [block] })
    expect(holding.health()).toMatchObject({
      ok: false,
      warning: true,
      note: expect.stringContaining('900 s old'),
    })
    now += 1
    expect(holding.view(patient)).toBe('UNKNOWN')
    expect(holding.view(stranger)).toBe('UNKNOWN')
    expect(holding.health().ok).toBe(false)
  })

  describe('of a person’s address', () => {
    const HOUR = 60 * MINUTE
    const person = { birthDate: '1951-02-08', addressConfidential: false }
    const sealed = { [key.digest(patient)]: key.seal(patient, { ...entry, person }) }
    const told = (baseDataAsOf?: string) =>
      holding.accept({ ...whole(3, sealed), ...(baseDataAsOf && { baseDataAsOf }) })
    const known = () => {
      const view = holding.view(patient)
      return view === 'UNKNOWN' ? view : view.person
    }
    const hidden = { ...person, addressConfidential: true }

    it('is that it is open as long as base data are no older than a day', () => {
      told(issued(begin - 23 * HOUR))
      expect(known()).toEqual(person)
      now = begin + HOUR + 1
      const confirmed = { organization, issuedAt: issued(), mark: mark(3) }
      holding.confirm({ ...confirmed, baseDataAsOf: issued(begin - 23 * HOUR) })
      expect(known()).toEqual(hidden)
      expect(holding.health().note).toContain('base data of persons are too old')
      holding.confirm({ ...confirmed, baseDataAsOf: issued(begin) })
      expect(known()).toEqual(person)
      expect(holding.health().note).not.toContain('base data')
    })

    it.each([
      ['is not said', undefined],
      ['lies in the future', new Date(begin + 2 * MINUTE).toISOString()],
    ])('is nothing where the age of base data %s', (_what, baseDataAsOf) => {
      told(baseDataAsOf)
      expect(known()).toEqual(hidden)
    })
  })

  it('grows no younger by a confirmation that is played again', () => {
    holding.accept(whole(3))
    const old = { organization, issuedAt: issued(), mark: mark(3) }
    now = begin + 16 * MINUTE
    holding.confirm(old)
    expect(holding.view(patient)).toBe('UNKNOWN')
  })

  it('follows changes in their order, and takes none that does not follow', () => {
    holding.accept(whole(3))
    const change = { ...whole(5, {}), after: mark(4) }
    expect(() => holding.accept(change)).toThrow(outdated)
    holding.accept({ ...whole(4, {}), after: mark(3), entries: { [key.digest(patient)]: null } })
    expect(holding.view(patient)).toMatchObject({ blocks: [] })
    expect(() => holding.confirm({ organization, issuedAt: issued(), mark: mark(3) })).toThrow(
      outdated,
    )
    expect(() => holding.accept(whole(3))).toThrow(outdated)
  })

  it('takes no confirmation of another history with the same number of changes', () => {
    holding.accept(whole(3))
    const confirmation = {
      organization,
      issuedAt: issued(),
      mark: { version: 3, tag: 'x'.repeat(43) },
    }
    expect(() => holding.confirm(confirmation)).toThrow(outdated)
  })

  it('takes nothing that was signed for another node, or in the future', () => {
    expect(() => holding.accept({ ...whole(1), organization: '310000205' })).toThrow(untrusted)
    expect(() => holding.accept({ ...whole(1), issuedAt: issued(now + 2 * MINUTE) })).toThrow(
      untrusted,
    )
  })

  it('is unknown, not empty, where an entry cannot be opened', () => {
    holding.accept(whole(1, { [key.digest(patient)]: other.seal(patient, entry) }))
    expect(holding.view(patient)).toBe('UNKNOWN')
  })
})

it('the same patient has another digest at every organisation, and an entry names nobody', () => {
  expect(key.digest(patient)).not.toBe(other.digest(patient))
  expect(key.seal(patient, entry)).not.toContain(patient.value)
  expect(() => key.open(stranger, key.seal(patient, entry))).toThrow('authenticate')
})

const outdated = expect.objectContaining({
  code: 'PRIVACY_OUTDATED',
  publicText: 'The privacy service sent a change that does not follow what this node holds.',
}) as unknown as Error
const untrusted = expect.objectContaining({
  code: 'PRIVACY_UNTRUSTED',
  publicText: 'What the privacy service sent is not signed by a key that this node trusts.',
}) as unknown as Error
