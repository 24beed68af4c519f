import { createHash, createHmac } from 'node:crypto'
import { z } from 'zod'

/** Place of a row in the total order: (effective, identity, organisation, id). design.md §3, keyset pagination. */
export interface RowKey {
  /** Effective instant (epoch milliseconds, whole number). */
  readonly t: number
  /** Identity: 32 hex digits, see {@link identityDigest}. */
  readonly i: string
  /** Organisation number of the disclosing node. */
  readonly o: string
  /** Row id, `<organisation number>.<local id>`. */
  readonly d: string
}

/** FHIR ObservationStatus in one letter. */
const observationLetters = {
  REGISTERED: 'R',
  PRELIMINARY: 'P',
  FINAL: 'F',
  AMENDED: 'A',
  CORRECTED: 'C',
  CANCELLED: 'X',
  ENTERED_IN_ERROR: 'E',
  UNKNOWN: 'U',
} as const

/** FHIR status of a CarePlan in one letter. */
const planLetters = {
  DRAFT: 'D',
  ACTIVE: 'V',
  ON_HOLD: 'H',
  REVOKED: 'K',
  COMPLETED: 'M',
  ENTERED_IN_ERROR: 'E',
  UNKNOWN: 'U',
} as const

/** FHIR status of a QuestionnaireResponse in one letter. */
const responseLetters = {
  IN_PROGRESS: 'I',
  COMPLETED: 'M',
  AMENDED: 'A',
  ENTERED_IN_ERROR: 'E',
  STOPPED: 'S',
} as const

/** Further statuses of FHIR R4, each with the letter that it has in whatever class it stands. A letter is never given again. */
const furtherLetters = {
  ACCEPTED: 'a',
  ARRIVED: 'b',
  BOOKED: 'B',
  CHECKED_IN: 'c',
  CURRENT: 'N',
  DECLINED: 'e',
  FAILED: 'f',
  FINISHED: 'd',
  FULFILLED: 'L',
  INACTIVE: 'J',
  INTENDED: 'T',
  NOSHOW: 'n',
  NOT_DONE: 'Z',
  NOT_TAKEN: 'Y',
  ONHOLD: 'h',
  ONLEAVE: 'o',
  PENDING: 'G',
  PLANNED: 'l',
  PREPARATION: 'Q',
  PROPOSED: 'O',
  READY: 'r',
  RECEIVED: 'v',
  REJECTED: 'j',
  REQUESTED: 'q',
  SUPERSEDED: 'W',
  SUSPENDED: 's',
  TRIAGED: 't',
  WAITLIST: 'w',
} as const

/** What only rivals say of themselves (`MARK_UNCLAIMED`): no row has it for its status. */
const rivalLetters = { HANDED_OVER: 'g' } as const

/** Statuses of all classes in one letter each, as node cursors carry them. Two classes may share a status, and its letter. */
export const statusLetters = {
  ...observationLetters,
  ...planLetters,
  ...responseLetters,
  ...furtherLetters,
  ...rivalLetters,
} as const

export const observationStatuses = Object.keys(observationLetters)
export const planStatuses = Object.keys(planLetters)
/** FHIR R4 FHIRDeviceStatus. */
export const deviceStatuses = ['ACTIVE', 'INACTIVE', 'ENTERED_IN_ERROR', 'UNKNOWN'] as const
export const responseStatuses = Object.keys(responseLetters)

export type StatusLetter = (typeof statusLetters)[keyof typeof statusLetters]

/** Statuses of rows that take the place of an older version: sent even where a filter leaves them out. */
export const supersedingStatuses = [
  'AMENDED',
  'CORRECTED',
  'CANCELLED',
  'ENTERED_IN_ERROR',
] as const

/** What a node's cursor says of its row, for the gateway to merge without looking into the row. */
export interface NodeCursor extends RowKey {
  /** Status of the row. */
  readonly s: StatusLetter
  /** Patient digest, see {@link patientDigest}. */
  readonly p: string
  /** Version of the row (whole number that grows, below 2^53). */
  readonly n: number
  /** Content digest: 32 hex digits over status, code, value, components and units. */
  readonly c: string
  /** Organisation number of the owner (data controller). */
  readonly w: string
}

/**
 * Layout of a node's cursor, in characters: fixed places up to the row id, so that it is read without being parsed, and the
 * order of rows is the order of the text from `t` to the `!` that ends the row id (docs/node-protocol.md).
 */
export const nodeCursorLayout = {
  /** `2`, the version of the layout. */
  version: 0,
  status: 1,
  patient: 2,
  content: 24,
  owner: 56,
  /** Milliseconds since 0001-01-01T00:00Z, 15 digits. */
  instant: 65,
  identity: 80,
  /** Row id, then `!`, then the version of the row in decimal digits. */
  id: 112,
} as const

/** 0001-01-01T00:00Z (epoch milliseconds): the first instant that RFC 3339 can write. */
export const FIRST_INSTANT_MS = -62_135_596_800_000
const LAST_INSTANT_MS = 253_402_300_799_999

const boundaryShape = z.object({
  v: z.literal(1),
  t: z.int().min(-8.64e15).max(8.64e15),
  i: z.string().regex(/^([0-9a-f]{32})?~?$/),
  o: z.string().regex(/^(\d{9})?~?$/),
  d: z.string().regex(/^(\d{9}\.[A-Za-z0-9.-]{1,64})?~?$/),
})

const LETTERS: ReadonlySet<string> = new Set(Object.values(statusLetters))
const CURSOR =
  /^2([A-Za-z])([A-Za-z0-9_-]{22})([0-9a-f]{32})(\d{9})(\d{15})([0-9a-f]{32})((\d{9})\.[A-Za-z0-9.-]{1,64})!(\d{1,15})$/

/** Sorts before every organisation and id of the same instant and identity. */
export const BEFORE_ALL = ''
/** Sorts after every organisation and id of the same instant and identity. */
export const AFTER_ALL = '~'

const MAX_CURSOR_CHARACTERS = 600

/** @throws RangeError for an instant that RFC 3339 cannot write: the row has no place in the order. */
export function encodeNodeCursor(cursor: NodeCursor): string {
  const { s, t, i, d, p, n, c, w } = cursor
  if (!Number.isInteger(t) || t < FIRST_INSTANT_MS || t > LAST_INSTANT_MS) {
    throw new RangeError('an instant outside the years 1 to 9999')
  }
  return `2${s}${p}${c}${w}${String(t - FIRST_INSTANT_MS).padStart(15, '0')}${i}${d}!${n}`
}

/** Reads a node's cursor; undefined where it is not one. */
export function parseNodeCursor(text: unknown): NodeCursor | undefined {
  const read = typeof text === 'string' ? CURSOR.exec(text) : null
  if (!read || !LETTERS.has(read[1] ?? '')) return undefined
  const [, s = '', p = '', c = '', w = '', t, i = '', d = '', o = '', n] = read
  return { s: s as StatusLetter, t: Number(t) + FIRST_INSTANT_MS, i, o, d, p, n: Number(n), c, w }
}

/** Writes the boundary that the gateway sends to a node as `after`. */
export function encodeBoundary({ t, i, o, d }: RowKey): string {
  return Buffer.from(JSON.stringify({ v: 1, t, i, o, d })).toString('base64url')
}

/** Reads the boundary in `after` at a node (a whole node cursor will do); undefined where it is not one. */
export function parseBoundary(text: unknown): RowKey | undefined {
  if (typeof text !== 'string' || text.length > MAX_CURSOR_CHARACTERS) return undefined
  const cursor = parseNodeCursor(text)
  if (cursor) return { t: cursor.t, i: cursor.i, o: cursor.o, d: cursor.d }
  try {
    const read = boundaryShape.safeParse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    )
    if (!read.success) return undefined
    const { t, i, o, d } = read.data
    return { t, i, o, d }
  } catch {
    return undefined
  }
}

/** Ascending order of rows; negative where `a` comes first. NEWEST_FIRST is its exact reverse. Text by code unit. */
export function compareKeys(a: RowKey, b: RowKey): number {
  return a.t - b.t || compareText(a.i, b.i) || compareText(a.o, b.o) || compareText(a.d, b.d)
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Identity of a row: a digest of constant length, so that copies stand side by side and cursors have constant size.
 * Over `system|value` of the first business identifier, or over the row id where there is none.
 */
export function identityDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/**
 * Ties a row to the patient asked for, so that a mix-up at a source is seen. Salted for each request: the digest is no
 * lasting pseudonym. `salt` is base64url; `token` is `system|value`. 22 characters (132 bits) in base64url.
 */
export function patientDigest(salt: string, token: string): string {
  const mac = createHmac('sha256', Buffer.from(salt, 'base64url')).update(token).digest('base64url')
  return mac.slice(0, 22)
}
