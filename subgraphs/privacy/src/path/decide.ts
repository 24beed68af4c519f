import { parsePatientIdentifier } from '@kilde/contract'
import { type As, actionOf, requireMay, requireMayLift } from '../change/may.js'
import { type Existing, replace, type Writes, withdraw } from '../change/versions.js'
import { make, saysOf } from '../change/write.js'
import { PrivacyError } from '../errors.js'
import type { People } from '../people/people.js'
import type { Ledger } from '../settings/ledger.js'
import { standingOf } from '../settings/may.js'
import { representationOf } from '../settings/representation.js'
import { isOpen, type Statement, scopesOf } from '../settings/statement.js'
import type { Asked, NewStatement, Permitted } from './stage.js'

/** Most of one person at once, each alternative of a statement counted: what every node has to hold and to go through. */
const MOST_OPEN = 500

export interface DecideParts {
  readonly ledger: Ledger
  readonly people: People
  readonly now: () => number
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
        return {
          ...done,
          ...register(intent.statements, { statements, standing, now: parts.now() }),
        }
      case 'LIFT':
        return { ...done, ...lift(intent.id, { statements, standing, now: parts.now() }) }
      case 'WITHDRAW':
        return { ...done, ...withdraw(intent, { statements, standing, now: parts.now() }) }
      default:
        return intent satisfies never
    }
  }
}

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

function register(wanted: readonly NewStatement[], existing: Existing): Writes {
  const { statements, standing, now } = existing
  const done = wanted.map((one) => {
    requireMay(standing, actionOf[one.kind])
    return one.source === undefined ? registerAnew(one, existing) : replace(one, existing)
  })
  const writes = done.flatMap((one) => one.writes)
  const written = new Set(writes.map(({ id }) => id))
  const after = [...statements.filter(({ id }) => !written.has(id)), ...writes]
  const open = after.filter((one) => isOpen(one, now))
  if (writes.length > 0 && open.flatMap(scopesOf).length > MOST_OPEN)
    throw new PrivacyError('PRIVACY_TOO_MANY')
  return { writes, meant: done.flatMap((one) => one.meant) }
}

/**
 * Two statements that say the same are one: asking again changes nothing. One that came from elsewhere is none of them: it may be
 * withdrawn there.
 */
function registerAnew(one: NewStatement, { statements, standing, now }: Existing): Writes {
  const known = statements.find(
    (held) => held.source === undefined && isOpen(held, now) && saysOf(held) === saysOf(one),
  )
  if (known) return { writes: [], meant: [known] }
  const made = make(one, standing.as, now)
  return { writes: [made], meant: [made] }
}

function lift(id: string, { statements, standing, now }: Existing): Writes {
  const found = statements.filter((one) => one.id === id && isOpen(one, now))
  if (found.length === 0) throw new PrivacyError('PRIVACY_STATEMENT_UNKNOWN')
  for (const one of found) requireMayLift(standing, one)
  const liftedAt = new Date(now).toISOString()
  const writes = found.map((one) => ({ ...one, liftedAt }))
  return { writes, meant: writes }
}
