import type { Communication } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { effectiveOf } from '../../map/effective.js'
import type { ClassIntake } from '../resource-class.js'
import { takeEach } from '../take.js'
import { timeOf } from './times.js'

/** That a message was sent, by whom, to whom and about what: never what it says. */
export const communicationIntake: ClassIntake = takeEach<Communication>({
  types: ['Communication'],
  many: {
    type: 'Communication',
    timeOf: (resource) => timeOf(resource as Communication)?.startMs,
  },
  check,
  authorsOf: ({ sender }) => [sender],
  keep: withoutBody,
})

function check(message: Communication, at: string): readonly Issue[] {
  const { status, sent, received, payload = [], note = [] } = message
  const unread = Object.entries({ sent, received }).filter(
    ([, time]) => time !== undefined && !effectiveOf({ effectiveDateTime: time }),
  )
  return [
    ...(status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
    ...unread.map(([name]) => fault(`${at}.${name}`, 'no time can be read', 'value')),
    ...(payload.length + note.length > 0
      ? [warning(`${at}.payload`, 'and notes are not kept: metadata alone')]
      : []),
    ...(timeOf(message) ? [] : [warning(at, 'says no time: ordered by when it was received')]),
  ]
}

/** What was written stays with who wrote and who reads it. */
function withoutBody(message: Communication): Communication {
  const { payload: _payload, note: _note, text: _text, ...kept } = message
  return kept
}
