import { describe, expect, it } from '@jest/globals'
import { identifierToken, parsePatientIdentifier, patientDigest } from '@kilde/contract'
import type { PersonNumbers } from '@kilde/locate'
import type { PrivacyView } from '@kilde/privacy'
import { createIdentify } from '../src/path/identify.js'
import type { Asked } from '../src/path/stage.js'
import { wholeView } from '../src/policy/whole-view.js'

const present = parsePatientIdentifier('08825133489')
const former = parsePatientIdentifier('48825131038')
const salt = 'AAAAAAAAAAAAAAAAAAAAAA'
const digest = patientDigest(salt, identifierToken(former))

/** What a node makes of its own base data and of what the context says. */
async function identified(own: PersonNumbers | undefined, formerly: readonly string[] | undefined) {
  const asked = { said: { salt, formerly }, question: { patient: present } }
  const identify = createIdentify(own && (async () => own))
  const { person } = await identify({ ...asked, signal: new AbortController().signal } as Asked)
  const numbers = (all: typeof person.all) => all.slice(1).map(({ value }) => value)
  return [numbers(person.all), numbers(person.followed), person.linkUnknown]
}

describe('Whose rows are shown as the patient’s', () => {
  const one: PersonNumbers = { others: [former], certain: true }
  const none: PersonNumbers = { others: [], certain: true }
  const out: PersonNumbers = { others: [], certain: false }
  const other = patientDigest(salt, 'somebody else')

  it.each([
    ['both name it', one, [digest], [former.value], [former.value], false],
    ['neither names any', none, [], [], [], false],
    ['the context covers nothing', one, [], [former.value], [], true],
    ['the context covers another', one, [other], [former.value], [], true],
    ['the gateway does not know', one, undefined, [former.value], [], true],
    ['the gateway alone names it', none, [digest], [], [], true],
    ['the gateway alone names it, to a node without base data', undefined, [digest], [], [], true],
    ['nobody asks base data', undefined, undefined, [], [], false],
    ['base data are out for the node, and the gateway knows of none', out, [], [], [], false],
    ['base data are out for the node, and the gateway knows of one', out, [digest], [], [], true],
    ['base data are out for both', out, undefined, [], [], true],
  ] as const)('where %s', async (_, own, formerly, all, followed, linkUnknown) => {
    expect(await identified(own, formerly)).toEqual([all, followed, linkUnknown])
  })

  it('by a digest of this very request', async () => {
    const replayed = patientDigest('BBBBBBBBBBBBBBBBBBBBBB', identifierToken(former))
    expect(await identified(one, [replayed])).toEqual([[former.value], [], true])
  })
})

describe('What the patient has said under several numbers', () => {
  const view = (more: Partial<PrivacyView> = {}): PrivacyView => ({
    ...{ asOfMs: 2, blocks: [], consents: [], reservations: [], representation: [] },
    ...more,
  })
  const said = (id: string) => ({ id, data: {}, recipient: {}, validity: { from: '2026-01-01' } })
  const whole = (own: PrivacyView | 'UNKNOWN', earlier: PrivacyView | 'UNKNOWN') =>
    wholeView({ view: (one) => (one === present ? own : earlier) }, [present, former])

  it('closes by any of them, and opens by the one that is asked about alone', () => {
    const earlier = view({
      ...{ asOfMs: 1, blocks: [said('b2')], consents: [said('c2')], reservations: [said('r2')] },
      representation: [
        { id: 'p2', kind: 'PARENT', representative: 'x', validity: { from: '2026-01-01' } },
      ],
    })
    const found = whole(view({ blocks: [said('b1')], consents: [said('c1')] }), earlier)
    expect(found).toMatchObject({
      asOfMs: 1,
      blocks: [{ id: 'b1' }, { id: 'b2' }],
      consents: [{ id: 'c1' }],
      reservations: [{ id: 'r2' }],
      representation: [],
    })
  })

  it('is not known where it is not known of one', () => {
    expect(whole(view(), 'UNKNOWN')).toBe('UNKNOWN')
    expect(whole('UNKNOWN', view())).toBe('UNKNOWN')
  })

  it.each([
    [false, undefined, false],
    [false, true, true],
    [true, false, true],
    [undefined, false, undefined],
  ])('tells of an address that is confidential: %s, earlier %s', (own, earlier, confidential) => {
    const person = (addressConfidential: boolean | undefined) =>
      addressConfidential === undefined
        ? {}
        : { person: { birthDate: '1951-02-08', addressConfidential } }
    const found = whole(view(person(own)), view(person(earlier)))
    expect(found).not.toBe('UNKNOWN')
    expect((found as PrivacyView).person?.addressConfidential).toBe(confidential)
  })
})
