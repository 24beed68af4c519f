import type { DocumentReference, DocumentReferenceContent } from 'fhir/r4.js'
import { bytesOf, MOST_TEXT_BYTES, wordsOf } from './note-text.js'

/**
 * The document as it is kept: with the words of a note as far as they are few, without anything else that was attached, without
 * narrative and addresses. Addresses lead into the systems of who wrote it, and would be an open door or a broken link elsewhere.
 */
export function keptOf(document: DocumentReference): DocumentReference {
  const { text: _text, content, ...rest } = document
  let left = MOST_TEXT_BYTES
  const kept = content.map((one) => {
    const size = wordsOf(one.attachment) === undefined ? undefined : sizeOf(one)
    const isKept = size !== undefined && size <= left
    if (isKept) left -= size
    return withoutAddress(one, isKept)
  })
  return { ...rest, content: kept }
}

function withoutAddress(
  { attachment, ...rest }: DocumentReferenceContent,
  isKept: boolean,
): DocumentReferenceContent {
  const { url: _url, data, ...told } = attachment
  const size = told.size ?? sizeOf({ attachment })
  return {
    ...rest,
    attachment: {
      ...told,
      ...(size !== undefined && { size }),
      ...(isKept && data !== undefined && { data }),
    },
  }
}

const sizeOf = ({ attachment }: DocumentReferenceContent): number | undefined =>
  attachment.data === undefined ? undefined : bytesOf(attachment.data)

/** Whether something was attached that is not kept. */
export const isCut = (document: DocumentReference): boolean =>
  keptOf(document).content.some(
    ({ attachment }, at) => attachment.data !== document.content[at]?.attachment.data,
  )
