import type { Fetch, Located } from '../path/stage.js'
import { type Locator, type Presence, TO_ASK } from './locator.js'

/** Who is spared, and what is to be told of others. */
export interface Spared {
  readonly reason: 'NOT_HELD'
  /** The organisation said so itself, of this instant (RFC 3339). */
  readonly asOf: string
}

export interface Narrowing {
  readonly locator: Locator
  /** Up to so many organisations are all asked. */
  readonly askAllMax: number
}

/** Logs are everybody's who shares anything: to leave one out would leave out accesses without a word. */
const NEVER_NARROWED = 'AuditEvent'

/**
 * Spares those who need not be asked. All stay located, so that the answer tells of each of them and no hit can be told from the
 * list of sources.
 */
export async function narrow(
  { locator }: Narrowing,
  { asked, fields, policy }: Fetch,
  located: Located,
): Promise<Located> {
  const { providers, fieldsOf } = located
  const isNamed = (number: string): boolean =>
    policy.mandatory.includes(number) || (policy.sources?.has(number) ?? false)
  const classes = new Set(fields.flatMap((field) => field.classes))
  classes.delete(NEVER_NARROWED)
  const asksFor = (number: string, dataClass: string): boolean =>
    fields.some(
      ({ classes: own, sources }, index) =>
        own.includes(dataClass) &&
        (fieldsOf?.get(number)?.[index] ?? true) &&
        (sources?.has(number) ?? true),
    )
  const candidates = new Map(
    [...classes].map((dataClass) => [
      dataClass,
      providers.filter(
        ({ number, state }) =>
          state === 'ACTIVE' &&
          !isNamed(number) &&
          !policy.excluded.has(number) &&
          asksFor(number, dataClass),
      ),
    ]),
  )
  const presences = await locator.locate({ asked, candidates })
  const presenceOf = (number: string, field: Fetch['fields'][number]): Presence =>
    field.classes.every((one) => classes.has(one)) &&
    !isNamed(number) &&
    !field.sources?.has(number)
      ? ofAll(field.classes.map((one) => presences(number, one)))
      : TO_ASK
  const found = providers.map(
    ({ number }) => [number, fields.map((field) => presenceOf(number, field))] as const,
  )
  return { ...located, spared: sparedOf(found), notes: notesOf(found) }
}

/** Spared is who held nothing of any class; as of the oldest of its words. */
function ofAll(presences: readonly Presence[]): Presence {
  const toAsk = presences.filter((one) => one.is === 'TO_ASK')
  const said = presences.flatMap((one) => (one.is === 'HELD_NOTHING' ? [one.asOfMs] : []))
  if (toAsk.length === 0 && said.length > 0)
    return { is: 'HELD_NOTHING', asOfMs: Math.min(...said) }
  return toAsk.find(({ note }) => note) ?? TO_ASK
}

type Found = readonly (readonly [string, readonly Presence[]])[]

const sparedOf = (found: Found): NonNullable<Located['spared']> =>
  new Map(
    found
      .filter(([, presences]) => presences.some(({ is }) => is === 'HELD_NOTHING'))
      .map(([number, presences]) => [number, presences.map(sparing)]),
  )

function sparing(presence: Presence): Spared | undefined {
  return presence.is === 'HELD_NOTHING'
    ? { reason: 'NOT_HELD', asOf: new Date(presence.asOfMs).toISOString() }
    : undefined
}

const notesOf = (found: Found): NonNullable<Located['notes']> =>
  new Map(
    found.flatMap(([number, presences]) => {
      const noted = presences.find((one) => one.is === 'TO_ASK' && one.note)
      return noted?.is === 'TO_ASK' && noted.note ? [[number, noted.note] as const] : []
    }),
  )
