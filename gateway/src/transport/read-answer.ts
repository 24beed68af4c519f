import { isUtf8 } from 'node:buffer'
import type { RowKey, Variables } from '@kilde/contract'
import type { MergedField, MergePlan, PartField } from '../merge/merge-plan.js'
import { type EdgesExpected, type ScannedEdges, scanEdges } from '../rows/scan-edges.js'
import { bytesOf, FAULT, scanBytes, skipValue } from '../rows/scan-json.js'
import { canonicalAnswer } from './canonical-answer.js'
import { InvalidAnswer } from './invalid-answer.js'
import { type Closing, readClosing, type SourceReport } from './read-report.js'
import { EXCLUDED_PAGE, type SourcePage } from './source-answer.js'

/** What a source's answer is checked against. */
export interface Expected {
  readonly organization: string
  readonly plan: MergePlan
  /** Salted digest of the patient asked about: what every row's cursor must name. The same as bytes. */
  readonly patientDigest: string
  readonly digest: Uint8Array
  readonly fields: readonly ExpectedField[]
}

/** One merged field: whether this source was asked for it, and what its rows must keep to. */
export interface ExpectedField {
  readonly asked: boolean
  readonly args: Variables
  readonly newestFirst: boolean
  /** Most rows of a list. */
  readonly most: number
  /** Rows must come after this place. */
  readonly after: RowKey | undefined
}

/**
 * Reads and checks a source's answer while passing over its bytes: shape, own report, patient, organisation, order, and every
 * row by itself. A bad row is dropped and counted; an answer that mixes up patients, organisations or order is unusable as a
 * whole. It finds mix-ups; a source that lies about its own rows on purpose cannot be found out here.
 * @throws InvalidAnswer, UnreadableAnswer
 */
export function readAnswer(body: Buffer, expected: Expected): readonly SourcePage[] {
  if (!isUtf8(body)) throw new InvalidAnswer('RESPONSE_MALFORMED')
  const read =
    new AnswerReader(body, expected, false).read() ??
    new AnswerReader(canonicalAnswer(body, expected.plan), expected, true).read()
  if (!read) throw new InvalidAnswer('RESPONSE_MALFORMED')
  return read
}

const HEAD = bytesOf('{"data":{"patient":{')
const TAIL = bytesOf('}}}')
const EDGES = bytesOf('{"edges":')
const ITEMS = bytesOf('{"items":[')
const CODE = bytesOf('{"code":')
const ITEM_EDGES = bytesOf(',"edges":')
const [COMMA, CLOSE_LIST, CLOSE_OBJECT, NEWLINE] = [0x2c, 0x5d, 0x7d, 0x0a]

/** Passes once over an answer in canonical form. */
class AnswerReader {
  readonly #json: Buffer
  readonly #expected: Expected
  /** Rows that do not fit are left out, not a reason to try the slower way: this is the slower way. */
  readonly #lenient: boolean
  #at = 0

  constructor(json: Buffer, expected: Expected, lenient: boolean) {
    this.#json = json
    this.#expected = expected
    this.#lenient = lenient
  }

  /** Undefined where the text is not of the expected form. */
  read(): readonly SourcePage[] | undefined {
    if (!this.#take(HEAD)) return undefined
    const pages: SourcePage[] = []
    let first = true
    for (const field of this.#expected.plan.fields) {
      if (this.#expected.fields[field.index]?.asked !== true) {
        pages.push(EXCLUDED_PAGE)
        continue
      }
      const head = first ? field.heads.first : field.heads.next
      first = false
      const page = this.#take(head) ? this.#field(field) : undefined
      if (!page) return undefined
      pages.push(page)
    }
    return this.#take(TAIL) && this.#isAtEnd() ? pages : undefined
  }

  #take(bytes: Uint8Array): boolean {
    const end = scanBytes(this.#json, this.#at, bytes)
    if (end !== FAULT) this.#at = end
    return end !== FAULT
  }

  #isAtEnd(): boolean {
    return (
      this.#at === this.#json.length ||
      (this.#json[this.#at] === NEWLINE && this.#at + 1 === this.#json.length)
    )
  }

  #field(field: MergedField): SourcePage | undefined {
    if ('part' in field) return this.#part(field)
    return field.strategy === 'UNION' ? this.#union(field) : this.#latest(field)
  }

  #union(field: Extract<MergedField, { strategy: 'UNION' }>): SourcePage | undefined {
    const edges = this.#take(EDGES) ? this.#edges(field) : undefined
    const closing = edges && this.#closing()
    if (!edges || !closing) return undefined
    const { table, last } = edges
    return pageOf(closing, {
      rows: [table],
      unusable: [edges.dropped],
      last: last && { table, at: last.at, instant: last.instant },
    })
  }

  #latest(field: Extract<MergedField, { strategy: 'LATEST' }>): SourcePage | undefined {
    const lists = this.#take(ITEMS) ? this.#items(field) : undefined
    const closing = lists && this.#closing()
    if (!lists || !closing) return undefined
    return pageOf(closing, {
      rows: lists.map(({ table }) => table),
      unusable: lists.map(({ dropped }) => dropped),
      last: undefined,
    })
  }

  /** One item for each code, in the order in which they were asked for. */
  #items(field: Extract<MergedField, { strategy: 'LATEST' }>): ScannedEdges[] | undefined {
    const codes = (this.#expected.fields[field.index]?.args['codes'] ?? []) as readonly string[]
    const lists: ScannedEdges[] = []
    for (const code of codes) {
      if (lists.length > 0 && !this.#takeByte(COMMA)) return undefined
      const edges =
        this.#take(CODE) && this.#take(bytesOf(JSON.stringify(code))) && this.#take(ITEM_EDGES)
          ? this.#edges(field)
          : undefined
      if (!edges || !this.#takeByte(CLOSE_OBJECT)) return undefined
      lists.push(edges)
    }
    return this.#takeByte(CLOSE_LIST) ? lists : undefined
  }

  #takeByte(byte: number | undefined): boolean {
    if (this.#json[this.#at] !== byte) return false
    this.#at += 1
    return true
  }

  #edges(field: Extract<MergedField, { strategy: 'UNION' | 'LATEST' }>): ScannedEdges | undefined {
    const scanned = scanEdges(
      this.#json,
      this.#at,
      field.places,
      this.#edgesExpected(field),
      this.#lenient,
    )
    if (scanned) this.#at = scanned.end
    return scanned
  }

  #edgesExpected({ index }: MergedField): EdgesExpected {
    const { organization, digest, fields } = this.#expected
    const field = fields[index]
    if (!field) throw new Error('a field that was not asked')
    const { newestFirst, most, after } = field
    return { organization, digest, newestFirst, most, after }
  }

  #part(field: Extract<MergedField, PartField>): SourcePage | undefined {
    const end = skipValue(this.#json, this.#at)
    if (end === FAULT) return undefined
    const text = this.#json.toString('utf8', this.#at, end)
    this.#at = end
    const { organization, patientDigest, fields } = this.#expected
    const value: unknown = parse(text)
    const args = fields[field.index]?.args ?? {}
    const report = readClosing(value, this.#expected)
    const part = field.part.read(value, { organization, patientDigest, args })
    return pageOf(report, { rows: [], unusable: [], last: undefined, part })
  }

  /** What follows the rows: a few values, parsed as they are. */
  #closing(): Closing | undefined {
    const start = this.#at
    if (this.#json[start] !== COMMA) return undefined
    // The brackets are balanced as if the object began here.
    let place = start + 1
    for (;;) {
      place = skipValue(this.#json, place)
      if (place === FAULT) return undefined
      if (this.#json[place] === CLOSE_OBJECT) break
      place += 1
    }
    this.#at = place + 1
    return readClosing(parse(`{${this.#json.toString('utf8', start + 1, place)}}`), this.#expected)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidAnswer('RESPONSE_MALFORMED')
  }
}

function pageOf(
  { report, hasNextPage, toldTo, total, rivals }: Closing,
  read: Pick<SourcePage, 'rows' | 'unusable' | 'last'> & { readonly part?: unknown },
): SourcePage {
  const unusable = read.unusable.reduce((sum, dropped) => sum + dropped, 0)
  const count = read.rows.reduce((sum, table) => sum + table.count, 0)
  if (count === 0 && unusable > 0) throw new InvalidAnswer('RESPONSE_MALFORMED')
  const { withheld, reason, asOf, contractVersion } = report
  return {
    part: undefined,
    ...read,
    status: read.rows.length > 0 ? statusOf(report, count) : report.status,
    withheld,
    reason,
    asOf,
    contractVersion,
    hasNextPage,
    toldTo,
    total,
    rivals,
    dropped: report.dropped + unusable,
  }
}

/** What came is what counts; whether more was held back, only the source knows. */
function statusOf({ status }: SourceReport, rows: number): SourcePage['status'] {
  if (status === 'TRUNCATED') return status
  return rows > 0 ? 'OK' : 'EMPTY'
}
