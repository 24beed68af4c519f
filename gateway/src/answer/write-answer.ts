import type { Cursors } from '../merge/cursor.js'
import { joinTold, type ToJoin } from '../merge/join-told.js'
import type { MergedValue } from '../merge/merge-fields.js'
import type { JoinEntry, MergePlan, PartsEntry } from '../merge/merge-plan.js'
import type { ShownRow } from '../merge/merge-rows.js'
import type { MergedWhole } from '../merge/merge-whole.js'
import type { Selected, Selection } from '../merge/select.js'
import type { SourceAnswer } from '../transport/source-answer.js'
import { ByteWriter } from './byte-writer.js'
import { expectedBytes, tablesOf } from './expected-size.js'
import { cursorOf, pageInfoOf } from './page-info.js'
import { type Organizations, References } from './references.js'
import { type RowWriting, writeRow } from './write-row.js'
import { referencesIn, writeMember, writeObject } from './write-value.js'

/** What one answer is written from. */
export interface AnswerToWrite {
  readonly plan: MergePlan
  readonly values: readonly MergedValue[]
  /** What is told of several of them together, by response key. */
  readonly wholes: ReadonlyMap<string, MergedWhole>
  readonly answers: readonly SourceAnswer[]
  readonly cursors: Cursors
  readonly organizations: Organizations
  /** Opaque handle of the patient for this requester. */
  readonly patientId: () => string
}

/** Writes the operation's whole result as JSON bytes, in the client's own words and order. */
export async function writeAnswer(answer: AnswerToWrite): Promise<Buffer> {
  const references = new References(answer.organizations, answer.plan.references)
  for (const value of answer.values) needed(answer, value, references)
  for (const entry of answer.plan.patient) {
    if (entry.is === 'PARTS') neededInReports(answer, besideParts(entry), references)
  }
  await references.load()
  const out = new ByteWriter(expectedBytes(answer.values, answer.answers))
  new AnswerWriter(answer, out, references).write()
  return out.finish()
}

const rowFields = (name: string): boolean => name === 'nodes' || name === 'edges'

function needed(answer: AnswerToWrite, value: MergedValue, references: References): void {
  const { fields } = value.field
  const isRow = value.is === 'LATEST' ? (name: string) => name === value.field.shownAs : rowFields
  const selections =
    value.is === 'PART' ? referencesIn(fields, () => false) : referencesIn(fields, isRow)
  neededInReports(answer, selections, references)
  if (value.is === 'PART' || answer.plan.references.length === 0) return
  // Those of all rows that came, shown or not: one look at each table instead of one at each row.
  for (const { named } of tablesOf(value, answer.answers)) {
    named.forEach((numbers, reference) => {
      for (const number of numbers ?? []) references.needInRow(reference, number)
    })
  }
}

function neededInReports(
  { answers }: AnswerToWrite,
  selections: readonly Selection[],
  references: References,
): void {
  for (const selection of selections) {
    for (const { organization } of answers) references.need(selection, Number(organization))
  }
}

const besideParts = ({ fields, parts }: PartsEntry): readonly Selection[] =>
  referencesIn(
    fields.filter(({ key }) => !parts.has(key)),
    () => false,
  )

class AnswerWriter {
  readonly #answer: AnswerToWrite
  readonly #out: ByteWriter
  readonly #references: References
  readonly #rows: RowWriting

  constructor(answer: AnswerToWrite, out: ByteWriter, references: References) {
    this.#answer = answer
    this.#out = out
    this.#references = references
    this.#rows = { out, references }
  }

  write(): void {
    const { plan } = this.#answer
    this.#out.text('{"data":')
    this.#members(plan.root, (key) => {
      if (key !== plan.patientKey) return this.#out.text('"Query"')
      return this.#patient()
    })
    this.#out.text('}\n')
  }

  #members(keys: readonly string[], writeMember: (key: string, index: number) => void): void {
    this.#out.text('{')
    keys.forEach((key, index) => {
      this.#out.text(`${index === 0 ? '' : ','}${JSON.stringify(key)}:`)
      writeMember(key, index)
    })
    this.#out.text('}')
  }

  #patient(): void {
    const { plan, values, patientId } = this.#answer
    const keys = plan.patient.map(({ key }) => key)
    this.#members(keys, (_key, index) => {
      const entry = plan.patient[index]
      if (entry?.is === 'TYPENAME')
        return this.#out.text(JSON.stringify(plan.contract.patient.name))
      if (entry?.is === 'ID') return this.#out.text(JSON.stringify(patientId()))
      if (entry?.is === 'PARTS') return this.#parts(entry)
      return this.#value(mergedIn(values, entry?.is === 'MERGED' ? entry.index : undefined))
    })
  }

  #parts({ key, type, fields, parts, joins }: PartsEntry): void {
    const { values, wholes } = this.#answer
    const whole = wholes.get(key)
    this.#object(type.name, fields, whole ?? {}, (selected) => {
      const join = joins.get(selected.key)
      if (join) this.#join(join, whole?.joins.get(selected.key))
      else if (parts.has(selected.key)) this.#value(mergedIn(values, parts.get(selected.key)))
      else return false
      return true
    })
  }

  #join({ type, fields, madeOf, kind }: JoinEntry, told: object | undefined): void {
    const made = [...madeOf].map(([name, index]) => [name, this.#read(index)] as const)
    const items = joinTold({ ...(Object.fromEntries(made) as unknown as ToJoin), kind })
    this.#out.text(writeObject(type.name, fields, { ...told, items }, this.#references))
  }

  /** What the gateway asked itself, as its client would have it. */
  #read(index: number): unknown {
    const out = new ByteWriter(1_024)
    new AnswerWriter(this.#answer, out, this.#references).#value(
      mergedIn(this.#answer.values, index),
    )
    return JSON.parse(out.finish().toString('utf8'))
  }

  #value(value: MergedValue): void {
    if (value.is === 'LIST') this.#list(value)
    else if (value.is === 'LATEST') this.#latest(value)
    else {
      const { type, fields } = value.field
      this.#out.text(writeObject(type.name, fields, value.values, this.#references))
    }
  }

  /** A selection's fields: those that `special` does not write itself come from `values`. */
  #object(
    typeName: string,
    fields: Selection,
    values: object,
    special: (selected: Selected) => boolean,
  ): void {
    this.#out.text('{')
    fields.forEach((selected, index) => {
      if (index > 0) this.#out.comma()
      this.#out.text(`${JSON.stringify(selected.key)}:`)
      if (special(selected)) return
      this.#out.text(writeMember(typeName, selected, values, this.#references))
    })
    this.#out.text('}')
  }

  #list(value: Extract<MergedValue, { is: 'LIST' }>): void {
    const { field, page } = value
    let place = 0
    this.#object(field.type.name, field.fields, value.values, (selected) => {
      if (selected.name === 'nodes') {
        const at = place++
        this.#each(page.rows, (row) => writeRow(this.#rows, row, at))
        return true
      }
      if (selected.below?.kind !== 'OBJECT') return false
      const { type, fields } = selected.below
      if (selected.name === 'pageInfo') {
        const pageInfo = pageInfoOf(value, fields, this.#answer)
        this.#out.text(writeObject(type.name, fields, pageInfo, this.#references))
        return true
      }
      if (selected.name !== 'edges') return false
      const first = place
      place += fields.filter(({ name }) => name === 'node').length
      this.#each(page.rows, (row, index) => this.#edge(value, type.name, fields, row, index, first))
      return true
    })
  }

  #edge(
    value: Extract<MergedValue, { is: 'LIST' }>,
    typeName: string,
    fields: Selection,
    row: ShownRow,
    index: number,
    firstPlace: number,
  ): void {
    let place = firstPlace
    this.#object(typeName, fields, {}, ({ name }) => {
      if (name === 'node') writeRow(this.#rows, row, place++)
      else if (name === 'cursor')
        this.#out.text(JSON.stringify(cursorOf(value, index, this.#answer)))
      return name === 'node' || name === 'cursor'
    })
  }

  #each<T>(items: readonly T[], writeItem: (item: T, index: number) => void): void {
    this.#out.text('[')
    items.forEach((item, index) => {
      if (index > 0) this.#out.comma()
      writeItem(item, index)
    })
    this.#out.text(']')
  }

  #latest({ field, items, values }: Extract<MergedValue, { is: 'LATEST' }>): void {
    let place = 0
    this.#object(field.type.name, field.fields, values, (selected) => {
      if (selected.name !== 'items' || selected.below?.kind !== 'OBJECT') return false
      const { type, fields } = selected.below
      const first = place
      place += fields.filter(({ name }) => name === field.shownAs).length
      this.#each(items, (item) => {
        let at = first
        this.#object(type.name, fields, item.values, ({ name }) => {
          if (name !== field.shownAs) return false
          const shownAt = at++
          if (item.row) writeRow(this.#rows, item.row, shownAt)
          else this.#out.text('null')
          return true
        })
      })
      return true
    })
  }
}

function mergedIn(values: readonly MergedValue[], index: number | undefined): MergedValue {
  const value = values[index ?? -1]
  if (!value) throw new Error('a field was not merged')
  return value
}
