import type { PatientIdentifier } from '@kilde/contract'
import { combineSources } from './combine/combine.js'
import type { Source } from './source.js'

/** A source as if all these numbers were one patient's: whatever is asked, is asked of each. */
export function acrossNumbers(source: Source, numbers: readonly PatientIdentifier[]): Source {
  return numbers.length > 1 ? combineSources(numbers.map((one) => under(source, one))) : source
}

/** Whoever asks, asks about this number. */
const under = (source: Source, patient: PatientIdentifier): Source => ({
  system: source.system,
  read: (question, signal) => source.read({ ...question, patient }, signal),
  latest: (question, signal) => source.latest({ ...question, patient }, signal),
  trend: (question, signal) => source.trend({ ...question, patient }, signal),
  rows: (question, signal) => source.rows({ ...question, patient }, signal),
  names: (question, signal) => source.names({ ...question, patient }, signal),
  shown: (question, signal) => source.shown({ ...question, patient }, signal),
  health: () => source.health(),
  close: () => source.close(),
})
