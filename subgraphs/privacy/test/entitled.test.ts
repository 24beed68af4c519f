import { describe, expect, it } from '@jest/globals'
import { CatalogueError, type CatalogueState, type Follower } from '@kilde/catalogue'
import { type Claimant, createEntitled, type EntitledParts } from '../src/distribute/entitled.js'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const [hospital, municipality, hosted, operator] = [
  '310000205',
  '310000108',
  '310000507',
  '310000906',
] as const
type Entry = CatalogueState['organizations'][number]

const entry = (number: string, more: Partial<Entry> = {}): Entry => ({
  ...{ number, name: number, kind: 'OTHER', contractVersion: '1.0', state: 'ACTIVE' },
  ...{ dataClasses: ['Observation'], endpoint: 'https://node.example', servesCitizens: true },
  ...more,
})
const stateOf = (...organizations: readonly Entry[]): CatalogueState => ({
  ...{ version: 1, issuedAt: new Date(NOW).toISOString() },
  ...{ organizations, agreements: [], memberships: [] },
})
const supplied = (validTo?: string) =>
  entry(hosted, {
    suppliers: [{ organization: hospital, validFrom: '2024-01-01', ...(validTo && { validTo }) }],
  })

/** A registry whose state the test changes. */
function following(narrowing?: EntitledParts['narrowing']) {
  let held: CatalogueState | undefined
  const listeners: ((state: CatalogueState) => void)[] = []
  const registry: Pick<Follower, 'current' | 'onChange'> = {
    current() {
      if (!held) throw new CatalogueError('CATALOGUE_UNAVAILABLE')
      return { state: held, confirmedAtMs: NOW, stale: false }
    },
    onChange(callback) {
      listeners.push(callback)
      return () => {}
    },
  }
  return {
    entitled: createEntitled({ registry, narrowing, now: () => NOW }),
    says: (state: CatalogueState) => {
      held = state
      for (const tell of listeners) tell(state)
    },
    isSilent: () => {
      held = undefined
    },
  }
}

const claim = (organization: string, owner: string | undefined = organization): Claimant => ({
  ...{ organization, owner, clientId: `kilde-node-${owner}` },
})

describe('who may follow patients’ settings', () => {
  it('is whoever shares anything by the registry’s state, each for itself', () => {
    const { entitled, says } = following()
    says(
      stateOf(
        entry(hospital),
        entry(municipality, { state: 'PAUSED' }),
        entry(operator, { dataClasses: ['AuditEvent'] }),
      ),
    )
    for (const one of [hospital, municipality, operator])
      expect(entitled.may(claim(one))).toBe(true)
    expect(entitled.may(claim(hospital, municipality))).toBe(false)
    expect(entitled.may({ ...claim(hospital), owner: undefined })).toBe(false)
    expect(entitled.organizations()).toEqual([hospital, municipality, operator])
  })

  it.each<[string, Entry]>([
    ['shares nothing', entry(hospital, { dataClasses: [] })],
    ['is closed', entry(hospital, { successor: municipality })],
    ['is another', entry(municipality)],
  ])('is nobody for an organisation that %s', (_, one) => {
    const { entitled, says } = following()
    says(stateOf(one))
    expect(entitled.may(claim(hospital))).toBe(false)
  })

  it('is also a supplier, while the organisation names it', () => {
    const { entitled, says } = following()
    says(stateOf(entry(hospital), supplied()))
    expect(entitled.may(claim(hosted, hospital))).toBe(true)
    expect(entitled.may(claim(hosted, municipality))).toBe(false)
    says(stateOf(entry(hospital), supplied('2026-01-01')))
    expect(entitled.mayStill(claim(hosted, hospital))).toBe(false)
  })

  it('is not who has left, with the next state', () => {
    const { entitled, says } = following()
    says(stateOf(entry(hospital), entry(municipality)))
    expect(entitled.mayStill(claim(hospital))).toBe(true)
    says(stateOf(entry(municipality)))
    expect(entitled.mayStill(claim(hospital))).toBe(false)
    expect(entitled.organizations()).toEqual([municipality])
  })

  it('is narrowed by the setting, never widened', () => {
    const named = {
      [hospital]: ['kilde-node-other'],
      [municipality]: [`kilde-node-${municipality}`],
    }
    const { entitled, says } = following(named)
    says(stateOf(entry(hospital), entry(operator)))
    expect(entitled.may(claim(hospital))).toBe(false)
    expect(entitled.may(claim(operator))).toBe(false)
    expect(entitled.may(claim(municipality))).toBe(false)
    expect(entitled.organizations()).toEqual([hospital])
  })

  it('begins for nobody while the registry’s state is not known; who follows goes on', () => {
    const { entitled, says, isSilent } = following()
    const unavailable = expect.objectContaining({ code: 'CATALOGUE_UNAVAILABLE' }) as unknown
    expect(() => entitled.may(claim(hospital))).toThrow(unavailable as Error)
    expect(entitled.mayStill(claim(hospital))).toBe(false)
    says(stateOf(entry(hospital)))
    isSilent()
    expect(() => entitled.may(claim(hospital))).toThrow(unavailable as Error)
    expect(entitled.mayStill(claim(hospital))).toBe(true)
  })
})
