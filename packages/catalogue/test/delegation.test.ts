import { describe, expect, it } from '@jest/globals'
import { CatalogueState, maySupply, problemsOf } from '../src/index.js'
import { agreement, at, fjordheim, organization, solvik, solvikCentre, state } from './kit.js'

const supplier = '310000604'
const delegating = (validTo?: string) => {
  const before = state()
  return {
    ...before,
    organizations: before.organizations.map((one) =>
      one.number === solvik
        ? {
            ...one,
            suppliers: [
              { organization: supplier, validFrom: '2026-01-01', ...(validTo && { validTo }) },
            ],
          }
        : one,
    ),
  }
}

describe('a supplier', () => {
  it('acts for the organisation that delegated to it, and for its sub-units', () => {
    expect(maySupply(delegating(), { supplier, organization: solvik, at })).toBe(true)
    expect(maySupply(delegating(), { supplier, organization: solvikCentre, at })).toBe(true)
  })
  it('acts for nobody else, nor without a delegation, nor after its end', () => {
    expect(maySupply(delegating(), { supplier, organization: fjordheim, at })).toBe(false)
    expect(maySupply(state(), { supplier, organization: solvik, at })).toBe(false)
    expect(maySupply(delegating(), { supplier: fjordheim, organization: solvik, at })).toBe(false)
    expect(maySupply(delegating('2026-06-01'), { supplier, organization: solvik, at })).toBe(false)
  })
})

describe('what was added to the state', () => {
  it('is read, and a state from before it was added still is', () => {
    const assistants = {
      dataClasses: ['Observation'],
      clinician: { hprNumber: '9990003', name: 'Henrik Lungelege' },
    }
    const added = {
      ...state(),
      agreements: [agreement(solvik, fjordheim, { roles: ['LE'], assistants })],
    }
    expect(CatalogueState.parse(JSON.parse(JSON.stringify(added)))).toEqual(added)
    expect(CatalogueState.parse(JSON.parse(JSON.stringify(state())))).toEqual(state())
  })
  it('contradicts nothing: assistants read no class that the agreement is not about', () => {
    const assistants = { dataClasses: ['CarePlan'], clinician: { hprNumber: '9990003', name: 'H' } }
    const one = { ...state(), agreements: [agreement(solvik, fjordheim, { assistants })] }
    expect(problemsOf(one)).toEqual([
      `agreement ${solvik}-${fjordheim}: its assistants read a class that the agreement is not about`,
    ])
    const ended = organization(solvik, {
      suppliers: [{ organization: supplier, validFrom: '2026-02-01', validTo: '2026-01-01' }],
    })
    expect(
      problemsOf({ ...state(), organizations: [ended], agreements: [], memberships: [] }),
    ).toEqual([`organisation ${solvik}: supplier ${supplier}: it ends before it begins`])
  })
})
