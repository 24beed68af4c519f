import type { DocumentReference } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { effectiveOf, endOf } from '../../map/effective.js'
import type { ClassIntake } from '../resource-class.js'
import { takeEach } from '../take.js'
import { isCut, keptOf } from './kept.js'
import { MOST_TEXT_BYTES } from './note-text.js'
import { writtenAt } from './times.js'

/** Journal notes and other documents: what they are, and the words of short ones. */
export const documentIntake: ClassIntake = takeEach<DocumentReference>({
  types: ['DocumentReference'],
  check: (document, at) => [
    // The schema cannot require a primitive: its extension may stand alone.
    ...(document.status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
    ...checkTimes(document, at),
    ...checkContent(document, at),
  ],
  // Who keeps a document answers for it, whichever organisation its author works at.
  authorsOf: ({ custodian, author = [], authenticator }) => [custodian, ...author, authenticator],
  keep: keptOf,
})

function checkTimes(document: DocumentReference, at: string): readonly Issue[] {
  const { date, context } = document
  const { start, end } = context?.period ?? {}
  const isRead = (time: string | undefined): boolean =>
    time === undefined || effectiveOf({ effectiveDateTime: time }) !== undefined
  return [
    ...(isRead(date) ? [] : [fault(`${at}.date`, NO_TIME, 'value')]),
    ...(isRead(start) ? [] : [fault(`${at}.context.period.start`, NO_TIME, 'value')]),
    ...(end === undefined || endOf(end) !== undefined
      ? []
      : [fault(`${at}.context.period.end`, NO_TIME, 'value')]),
    ...(writtenAt(document) ? [] : [warning(at, 'says no time: ordered by when it was received')]),
  ]
}

const NO_TIME = 'no time can be read'

const checkContent = (document: DocumentReference, at: string): readonly Issue[] => [
  ...(document.type === undefined
    ? [warning(`${at}.type`, 'is not told: nobody sees what kind of document it is')]
    : []),
  ...(isCut(document)
    ? [
        warning(
          `${at}.content`,
          `is kept as metadata: words are kept of plain text up to ${MOST_TEXT_BYTES} bytes`,
        ),
      ]
    : []),
  ...(document.content.some(({ attachment }) => attachment.url !== undefined)
    ? [warning(`${at}.content.attachment.url`, 'is not kept: addresses are told to nobody')]
    : []),
]
