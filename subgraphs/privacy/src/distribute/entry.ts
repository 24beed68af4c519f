import type { PatientIdentifier } from '@kilde/contract'
import type { Entry, NodeKey } from '@kilde/privacy'
import { factsOf, type People } from '../people/people.js'
import type { Ledger } from '../settings/ledger.js'
import { representationOf } from '../settings/representation.js'
import { isOpen, type Scope, type Statement, scopesOf } from '../settings/statement.js'

export interface EntryParts {
  readonly ledger: Ledger
  readonly people: People
  readonly now: () => number
}

/** What one organisation holds of a person: undefined where nothing concerns it. */
export function entryFor(
  person: PatientIdentifier,
  node: { readonly organization: string; readonly key: NodeKey },
  { ledger, people, now }: EntryParts,
): Entry | undefined {
  const statements = ledger.statementsOf(person)
  const open = statements.filter((one) => isOpen(one, now()))
  const of = (kind: Statement['kind']) =>
    open
      .filter((one) => one.kind === kind)
      .flatMap((one) => {
        const { id, validity } = one
        const scopes = scopesOf(one).filter((scope) => concerns(scope, node.organization))
        return scopes.map(({ data, recipient }) => ({ id, data, recipient, validity }))
      })
  const known = people.find(person)
  const representation = representationOf(person, statements, people, now()).map(
    ({ representative, ...rest }) => ({ ...rest, representative: node.key.digest(representative) }),
  )
  const entry = {
    blocks: of('BLOCK'),
    consents: of('CONSENT'),
    reservations: of('RESERVATION'),
    representation,
    ...(known && { person: factsOf(known) }),
  }
  const isEmpty =
    !known && Object.values(entry).every((list) => Array.isArray(list) && list.length === 0)
  return isEmpty ? undefined : entry
}

/** What the patient narrowed to one organisation's copies is no affair of others. */
const concerns = ({ data }: Scope, organization: string): boolean =>
  data.heldBy === undefined || data.heldBy === organization
