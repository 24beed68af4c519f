import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { createNodeKey } from '@kilde/privacy'
import type { System } from '@kilde/trust'
import { entryFor } from '../src/distribute/entry.js'
import { createDecide } from '../src/path/decide.js'
import type { NewStatement } from '../src/path/stage.js'
import { listedPeople } from '../src/people/people.js'
import { Ledger } from '../src/settings/ledger.js'
import type { Scope, Statement } from '../src/settings/statement.js'

const patient = parsePatientIdentifier('08825133489')
const NOW = Date.parse('2026-06-01T12:00:00Z')
const scope = (organization: string, professional: string): Scope => ({
  data: { organization },
  recipient: { professional },
})
const [first, second, third] = [
  scope('310000108', '9990001'),
  scope('310000108', '9990002'),
  scope('310000205', '9990003'),
] as const
const consent = (one: Scope, ...alternatives: readonly Scope[]): NewStatement => ({
  ...{ kind: 'CONSENT', ...one },
  ...(alternatives.length > 0 && { alternatives }),
})
const caller = { kind: 'system', clientId: 'other' } as System

function register(ledger: Ledger, ...statements: readonly NewStatement[]) {
  const decide = createDecide({ ledger, people: listedPeople([]), now: () => NOW })
  const intent = { do: 'REGISTER', statements } as const
  const { writes, meant } = decide({ requestId: 'r', caller, person: patient, intent })
  for (const statement of writes) {
    const mark = { version: ledger.mark.version + 1, tag: 'x'.repeat(43) }
    ledger.apply({ mark, person: patient, statement })
  }
  return { writes, ids: meant.map(({ id }) => id) }
}

describe('a statement about any of several', () => {
  it('is one to the patient, and to nodes a consent for each under its one id', () => {
    const ledger = new Ledger()
    const { ids } = register(ledger, consent(first, second, third))
    const node = { organization: '310000108', key: createNodeKey(new Uint8Array(32)) }
    const entry = entryFor(patient, node, { ledger, people: listedPeople([]), now: () => NOW })
    expect(entry?.consents.map(({ data, recipient }) => ({ data, recipient }))).toEqual([
      first,
      second,
      third,
    ])
    expect(new Set(entry?.consents.map(({ id }) => id))).toEqual(new Set(ids))
    expect(ids).toHaveLength(1)
  })

  it('is the same in whatever order they are named', () => {
    const ledger = new Ledger()
    const before = register(ledger, consent(first, second, third))
    const again = register(ledger, consent(third, first, second))
    expect(again).toEqual({ writes: [], ids: before.ids })
    expect(register(ledger, consent(first, second)).writes).toHaveLength(1)
  })

  it('counts as so many where a patient has stated as much as nodes hold', () => {
    const many = Array.from({ length: 300 }, (_, n) => scope('310000108', `${n + 1}`))
    const ledger = new Ledger()
    register(ledger, consent(first, ...many))
    const more = many.map(({ data, recipient }) => ({
      data,
      recipient: { ...recipient, group: 'LE' },
    }))
    const tooMany = expect.objectContaining({ code: 'PRIVACY_TOO_MANY' }) as unknown as Error
    expect(() => register(ledger, consent(second, ...more))).toThrow(tooMany)
  })

  it('reaches each organisation as far as it concerns it', () => {
    const there: Scope = { data: { heldBy: '310000205' }, recipient: {} }
    const ledger = new Ledger()
    register(ledger, consent(first, there))
    const held = (organization: string): readonly Pick<Statement, 'data'>[] => {
      const node = { organization, key: createNodeKey(new Uint8Array(32)) }
      const parts = { ledger, people: listedPeople([]), now: () => NOW }
      return entryFor(patient, node, parts)?.consents ?? []
    }
    expect(held('310000108').map(({ data }) => data)).toEqual([first.data])
    expect(held('310000205').map(({ data }) => data)).toEqual([first.data, there.data])
  })
})
