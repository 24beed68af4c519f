import { typeOfText } from '../assemble-each.js'
import { contentOf } from '../content.js'
import { heldRowOf } from '../held-row.js'
import { tokensOf } from '../measures.js'
import { namesIn } from '../references.js'
import type { Assembled, HeldClassRow, HeldResource } from '../resource-class.js'
import { type DocumentElements, readDocumentElements } from './elements.js'
import { wordsOf } from './note-text.js'
import { writtenAt } from './times.js'

interface Read {
  readonly held: HeldResource
  readonly elements: DocumentElements
}

/** Each DocumentReference is a row. What another of the same owner replaces is superseded, also where nobody has told it so. */
export function assembleDocuments(resources: readonly HeldResource[]): Assembled {
  const mine = resources.filter((one) => typeOfText(one.resource) === 'DocumentReference')
  const read = mine.flatMap((one) => tryRead(one) ?? [])
  const replaced = new Set(
    read.flatMap(({ held, elements }) =>
      replacedBy(elements).map((name) => `${held.owner} ${name}`),
    ),
  )
  const rows = read.map((one) => {
    const isReplaced = one.held.names.some((name) => replaced.has(`${one.held.owner} ${name}`))
    return rowOf(one, isReplaced)
  })
  return { rows, dropped: mine.length - rows.length }
}

function tryRead(held: HeldResource): Read | undefined {
  try {
    return { held, elements: readDocumentElements(held.resource) }
  } catch {
    return undefined
  }
}

/** Names of the documents that this one stands in the place of. One that is not finished, or was a mistake, replaces nothing yet. */
function replacedBy(elements: DocumentElements): readonly string[] {
  if (statusOf(elements) === 'entered-in-error' || elements.docStatus === 'preliminary') return []
  return (elements.relatesTo ?? []).flatMap(({ code, target }) => {
    if (code !== 'replaces' || !target) return []
    return namesIn({ ...target, type: target.type ?? 'DocumentReference' })
  })
}

/** A document that was entered in error is so, whatever is said of the reference to it. */
const statusOf = ({ status, docStatus }: DocumentElements): string | undefined =>
  docStatus === 'entered-in-error' ? docStatus : status

function rowOf({ held, elements }: Read, isReplaced: boolean): HeldClassRow {
  const { docStatus, type, category = [], date, context = {}, description, content = [] } = elements
  const { event = [], practiceSetting, facilityType } = context
  const own = statusOf(elements)
  const status = own === 'current' && isReplaced ? 'superseded' : own
  const kinds = [type, ...category]
  return heldRowOf(held, [], {
    when: writtenAt(elements),
    status,
    content: contentOf({
      ...{ status, docStatus, date, description },
      kinds: kinds.map((one) => tokensOf([one])),
      words: content.map((one) => one.attachment && wordsOf(one.attachment)),
    }),
    facets: { type: tokensOf(kinds) },
    codes: tokensOf([...kinds, ...event, practiceSetting, facilityType]),
  })
}
