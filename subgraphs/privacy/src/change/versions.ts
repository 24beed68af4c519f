import { randomUUID } from 'node:crypto'
import { PrivacyError } from '../errors.js'
import type { Intent, NewStatement, Permitted } from '../path/stage.js'
import { isOpen, type Statement } from '../settings/statement.js'
import { compareVersions, isSameVersion, newestOf } from '../settings/versions.js'
import { type As, requireMay, requireMayLift } from './may.js'
import { make, saysOf } from './write.js'

export type Writes = Pick<Permitted, 'writes' | 'meant'>

/** The person's statements so far, who acts, and when (epoch milliseconds). */
export interface Existing {
  readonly statements: readonly Statement[]
  readonly standing: As
  readonly now: number
}

/**
 * Takes a version of what another system calls `source`: it replaces what came under that name, and both stay in the history. An
 * older version that arrives later changes nothing, nor does the very same one, whatever the person did with it since.
 * @throws PrivacyError `PRIVACY_NOT_ALLOWED`
 */
export function replace(one: NewStatement, { statements, standing, now }: Existing): Writes {
  const before = namedBy(one.source, statements)
  const newest = newestOf(before)
  if (newest && compareVersions(one.version, newest.version) < 0)
    return { writes: [], meant: [newest] }
  const same = before.filter((held) => saysTheSame(held, one))
  const again = same.find((held) => isSameVersion(held.version, one.version))
  if (again) return { writes: [], meant: [again] }
  const { version } = one
  const open = before.filter((held) => isOpen(held, now))
  const [kept] = open.filter((held) => same.includes(held))
  const replaced = open.filter((held) => held !== kept)
  const made = kept ? { ...kept, ...(version && { version }) } : make(one, standing.as, now)
  const isNew = !kept || compareVersions(version, kept.version) !== 0
  return {
    writes: [...lifted(replaced, { standing, now }), ...(isNew ? [made] : [])],
    meant: [made],
  }
}

/**
 * Ends what came under a name, by this version or an older one. Of what has not come yet another system's word is kept: an older
 * version may still arrive.
 * @throws PrivacyError `PRIVACY_NOT_ALLOWED`, `PRIVACY_STATEMENT_UNKNOWN`
 */
export function withdraw(
  { source, version }: Extract<Intent, { do: 'WITHDRAW' }>,
  { statements, standing, now }: Existing,
): Writes {
  requireMay(standing, 'LIFT')
  const before = namedBy(source, statements)
  const newest = newestOf(before)
  if (!newest) {
    if (standing.as !== 'IMPORT' || !version) throw new PrivacyError('PRIVACY_STATEMENT_UNKNOWN')
    return { writes: [withdrawnBefore(source, version, now)], meant: [] }
  }
  if (compareVersions(version, newest.version) < 0) return { writes: [], meant: [newest] }
  const held = before.filter(({ liftedAt }) => liftedAt === undefined)
  const known = held.length > 0 ? held : [newest]
  const ended = [
    ...lifted(held, { standing, now }),
    ...(held.length === 0 && compareVersions(version, newest.version) > 0 ? [newest] : []),
  ]
  const writes = ended.map((one) => ({ ...one, ...(version && { version }) }))
  return { writes, meant: writes.length > 0 ? writes : known }
}

/** Statements of our own are known to others by their id (RFC 4122 §3). */
const namedBy = (source: string | undefined, statements: readonly Statement[]) =>
  statements.filter(
    (one) => one.source === source || source === `urn:ietf:rfc:3986|urn:uuid:${one.id}`,
  )

/** A beginning that is not said is no other beginning. */
const saysTheSame = (held: Statement, one: NewStatement): boolean =>
  saysOf(held) === saysOf(one) &&
  (one.from === undefined || Date.parse(one.from) === Date.parse(held.validity.from))

function lifted(
  statements: readonly Statement[],
  { standing, now }: Omit<Existing, 'statements'>,
): readonly Statement[] {
  for (const one of statements) requireMayLift(standing, one)
  const liftedAt = new Date(now).toISOString()
  return statements.map((one) => ({ ...one, liftedAt }))
}

function withdrawnBefore(
  source: string,
  version: NonNullable<Statement['version']>,
  now: number,
): Statement {
  const at = new Date(now).toISOString()
  return {
    ...{ id: randomUUID(), kind: 'WITHDRAWN', data: {}, recipient: {}, validity: { from: at } },
    ...{ registeredAt: at, registeredBy: 'IMPORT', liftedAt: at, source, version },
  }
}
