import { randomUUID } from 'node:crypto'
import { parsePatientIdentifier } from '@kilde/contract'
import type { Action } from '@kilde/privacy'
import { PrivacyError } from '../errors.js'
import type { People } from '../people/people.js'
import type { Ledger } from '../settings/ledger.js'
import { type Standing, standingOf } from '../settings/may.js'
import { representationOf } from '../settings/representation.js'
import { isOpen, type Statement, type StatementKind, scopesOf } from '../settings/statement.js'
import type { Asked, NewStatement, Permitted } from './stage.js'

/** Most of one person at once, each alternative of a statement counted: what every node has to hold and to go through. */
const MOST_OPEN = 500

export interface DecideParts {
  readonly ledger: Ledger
  readonly people: People
  readonly now: () => number
}

/** What the statement of each kind is to the age rules. */
const actionOf: Readonly<Record<StatementKind, Action>> = {
  BLOCK: 'BLOCK',
  CONSENT: 'CONSENT',
  RESERVATION: 'RESERVATION',
  REPRESENTATION: 'REPRESENTATION',
}

/** @throws PrivacyError `PRIVACY_NOT_ALLOWED`, `PRIVACY_STATEMENT_UNKNOWN`, `PRIVACY_TOO_MANY` */
export function createDecide(parts: DecideParts): (asked: Asked) => Permitted {
  return (asked) => {
    const statements = parts.ledger.statementsOf(asked.person)
    const standing = standingIn(asked, statements, parts)
    const { intent } = asked
    const done = { ...asked, as: standing.as }
    switch (intent.do) {
      case 'READ':
        return { ...done, writes: [], meant: [] }
      case 'REGISTER':
        return { ...done, ...register(intent.statements, statements, standing, parts.now()) }
      case 'LIFT':
        return { ...done, ...lift(({ id }) => id === intent.id, statements, standing, parts.now()) }
      case 'WITHDRAW':
        return {
          ...done,
          ...lift(({ source }) => source === intent.source, statements, standing, parts.now()),
        }
      default:
        return intent satisfies never
    }
  }
}

type As = Omit<Standing, 'as'> & { readonly as: Statement['registeredBy'] }

function standingIn(asked: Asked, statements: readonly Statement[], parts: DecideParts): As {
  const { caller, person } = asked
  if (caller.kind === 'system')
    return { as: 'IMPORT', may: ['BLOCK', 'CONSENT', 'RESERVATION', 'LIFT'] }
  const now = parts.now()
  const acting = { actor: parsePatientIdentifier(caller.pid), person, purpose: caller.purpose }
  const representation = representationOf(person, statements, parts.people, now)
  const standing = standingOf(acting, representation, parts.people, now)
  if (!standing) throw new PrivacyError('PRIVACY_NOT_ALLOWED', { detail: 'no standing' })
  return standing
}

type Writes = Pick<Permitted, 'writes' | 'meant'>

function register(
  wanted: readonly NewStatement[],
  statements: readonly Statement[],
  standing: As,
  now: number,
): Writes {
  const open = statements.filter((one) => isOpen(one, now))
  const writes: Statement[] = []
  const meant: Statement[] = []
  for (const one of wanted) {
    requireMay(standing, actionOf[one.kind])
    const known = open.find((held) => saysOf(held) === saysOf(one))
    const made = known ?? make(one, standing.as, now)
    meant.push(made)
    if (!known) writes.push(made)
  }
  if ([...open, ...writes].flatMap(scopesOf).length > MOST_OPEN)
    throw new PrivacyError('PRIVACY_TOO_MANY')
  return { writes, meant }
}

/** A representative lifts what representatives registered, never what the person has said alone. */
function lift(
  isMeant: (statement: Statement) => boolean,
  statements: readonly Statement[],
  standing: As,
  now: number,
): Writes {
  const found = statements.filter((one) => isMeant(one) && isOpen(one, now))
  if (found.length === 0) throw new PrivacyError('PRIVACY_STATEMENT_UNKNOWN')
  for (const { kind, registeredBy } of found) {
    // Whoever may grant a power of attorney may end it.
    requireMay(standing, kind === 'REPRESENTATION' ? 'REPRESENTATION' : 'LIFT')
    if (standing.as !== 'PATIENT' && registeredBy === 'PATIENT') {
      throw new PrivacyError('PRIVACY_NOT_ALLOWED', { detail: 'registered by the person alone' })
    }
  }
  const liftedAt = new Date(now).toISOString()
  const writes = found.map((one) => ({ ...one, liftedAt }))
  return { writes, meant: writes }
}

function requireMay({ may }: As, action: Action): void {
  if (!may.includes(action)) throw new PrivacyError('PRIVACY_NOT_ALLOWED', { detail: action })
}

function make(one: NewStatement, registeredBy: Statement['registeredBy'], now: number): Statement {
  const registeredAt = new Date(now).toISOString()
  const { from = registeredAt, until, kind, data, recipient, alternatives } = one
  const { representative, source } = one
  return {
    id: randomUUID(),
    kind,
    data,
    recipient,
    ...(alternatives && { alternatives }),
    validity: { from, ...(until !== undefined && { until }) },
    registeredAt,
    registeredBy,
    ...(representative !== undefined && { representative }),
    ...(source !== undefined && { source }),
  }
}

/** Two statements that say the same are one: asking again changes nothing. */
function saysOf(one: NewStatement | Statement): string {
  const until = 'validity' in one ? one.validity.until : one.until
  const { kind, representative, source } = one
  const sorted = (record: object) =>
    Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1))
  const scopes = scopesOf(one)
    .map(({ data, recipient }) => JSON.stringify([sorted(data), sorted(recipient)]))
    .sort()
  return JSON.stringify([kind, scopes, until, representative, source])
}
