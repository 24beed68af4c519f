import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isOrganizationNumber, loadState, parseStateInput } from '../src/index.js'
import {
  agreement,
  fjordheim,
  granli,
  membership,
  organization,
  solvik,
  solvikCentre,
  state,
  subUnit,
} from './kit.js'

function faultOf(input: unknown): { code?: unknown; publicText?: unknown } {
  try {
    parseStateInput(input)
  } catch (error) {
    return error as object
  }
  return {}
}

describe('organisation numbers', () => {
  it('have 9 digits and a check digit by modulus 11', () => {
    for (const number of ['310000108', '974760673', '889640782']) {
      expect(isOrganizationNumber(number)).toBe(true)
    }
    for (const number of ['310000109', '31000010', '3100001080', ' 310000108', '31000010x', '']) {
      expect(isOrganizationNumber(number)).toBe(false)
    }
  })

  it('are refused when any one digit is changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 9 }), (place, by) => {
        const digits = solvik.split('')
        digits[place] = String((Number(digits[place]) + by) % 10)
        expect(isOrganizationNumber(digits.join(''))).toBe(false)
      }),
    )
  })
})

describe('a state', () => {
  it('that is consistent is taken as it is', () => {
    expect(parseStateInput(state())).toEqual(state())
  })

  it('with faulty fields is refused with every fault named', () => {
    const faulty = {
      organizations: [{ ...organization('310000109'), endpoint: 'ftp://x', colour: 'red' }],
      agreements: [{ ...agreement(solvik, fjordheim), validFrom: 'tomorrow', purposes: [] }],
      memberships: 'none',
    }
    expect(faultOf(faulty)).toMatchObject({
      code: 'CATALOGUE_INVALID',
      publicText: `The registry's data are not valid:
  organizations[0].number: is no organisation number: 9 digits, the last a check digit
  organizations[0].endpoint: is no http or https address
  organizations[0]: Unrecognized key: "colour"
  agreements[0].purposes: Too small: expected array to have >=1 items
  agreements[0].validFrom: is neither a date (2026-01-31) nor an instant with offset (2026-01-31T12:00:00+01:00)
  memberships: Invalid input: expected array, received string`,
    })
  })

  it('whose parts contradict each other is refused with every contradiction named', () => {
    const unknown = '310000809'
    const faulty = {
      organizations: [
        organization(solvik),
        organization(solvik),
        { ...subUnit(solvikCentre, solvik), endpoint: 'http://127.0.0.1', successor: solvik },
        subUnit('310000213', solvikCentre),
        subUnit('310000310', unknown),
        { ...organization(fjordheim, { successor: granli }), endpoint: undefined },
        organization(granli, { successor: fjordheim }),
        organization('310000302', { successor: unknown }),
        organization('310000604', { successor: solvikCentre }),
        organization('310000701', { replicas: ['https://b.example', 'https://b.example/'] }),
        organization('310000906', { replicas: ['http://127.0.0.1:4401/310000906'] }),
        { ...subUnit('310001007', solvik), replicas: ['https://b.example'] },
      ],
      agreements: [
        agreement(solvik, unknown),
        agreement(solvikCentre, fjordheim),
        agreement(solvik, solvik, { validFrom: '2026-02-01', validTo: '2026-01-31' }),
      ],
      memberships: [membership(solvik), membership(solvik), membership(solvikCentre)],
    }
    expect(faultOf(faulty)).toMatchObject({
      code: 'CATALOGUE_INVALID',
      publicText: `The registry's data are not valid:
  organisation ${solvik}: stands there more than once
  membership of ${solvik}: stands there more than once
  organisation ${solvikCentre}: is a sub-unit; what it shares belongs to the entry of its legal entity
  organisation ${solvikCentre}: is a sub-unit and has no successor of its own; give its legal entity one
  organisation 310000213: its parent ${solvikCentre} is itself a sub-unit; name the legal entity
  organisation 310000310: its parent ${unknown} is unknown
  organisation ${fjordheim}: shares data classes and so needs an endpoint
  organisation ${fjordheim}: its successors go round in a circle
  organisation ${granli}: its successors go round in a circle
  organisation 310000302: its successor ${unknown} is unknown
  organisation 310000604: its successor ${solvikCentre} is a sub-unit
  organisation 310000701: names an address twice among its endpoint and its replicas
  organisation 310000906: names an address twice among its endpoint and its replicas
  organisation 310001007: has replicas and so needs an endpoint
  agreement ${solvik}-${unknown}: its provider ${unknown} is unknown
  agreement ${solvikCentre}-${fjordheim}: its consumer ${solvikCentre} is a sub-unit; name its legal entity ${solvik}
  agreement ${solvik}-${solvik}: consumer and provider are the same; own data need no agreement
  agreement ${solvik}-${solvik}: it ends before it begins
  membership of ${solvikCentre}: its organisation ${solvikCentre} is a sub-unit; name its legal entity ${solvik}`,
    })
  })

  it.each([
    ['a name', { name: 'Kari 08825133489' }],
    ['an address', { endpoint: 'https://node.example/08825133489' }],
    ['the name of a field', { '08825133489': true }],
  ])('that holds a person number in %s is refused without repeating it', (_where, change) => {
    const faulty = state({ organizations: [{ ...organization(solvik), ...change }] })
    const fault = faultOf({ ...faulty, agreements: [], memberships: [] })
    expect(fault.code).toBe('CATALOGUE_INVALID')
    expect(fault.publicText).toMatch(/person number|Unrecognized key: "\[number\]"/)
    expect(fault.publicText).not.toContain('08825133489')
  })

  it.each([
    'https://user:secret@node.example',
    'https://node.example?x=1',
    'https://node.example#x',
  ])('with the endpoint or the replica %s is refused', (address) => {
    for (const change of [{ endpoint: address }, { replicas: [address] }]) {
      const faulty = { ...state(), organizations: [organization(solvik, change)] }
      expect(faultOf({ ...faulty, agreements: [], memberships: [] })).toMatchObject({
        code: 'CATALOGUE_INVALID',
        publicText: expect.stringContaining(
          'must be a base address without user, query or fragment',
        ),
      })
    }
  })

  it('has its endpoints without a slash at the end', () => {
    const given = [organization(solvik, { endpoint: 'https://node.example/solvik/' })]
    const read = parseStateInput({ organizations: given, agreements: [], memberships: [] })
    expect(read.organizations[0]?.endpoint).toBe('https://node.example/solvik')
  })
})

describe('a state file', () => {
  it('is loaded, and refused when it is no JSON', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kilde-catalogue-'))
    try {
      const file = join(folder, 'state.json')
      await writeFile(file, JSON.stringify(state()))
      expect(await loadState(file)).toEqual(state())
      await writeFile(file, '{')
      await expect(loadState(file)).rejects.toMatchObject({
        code: 'CATALOGUE_INVALID',
        publicText: 'The file is not JSON.',
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
