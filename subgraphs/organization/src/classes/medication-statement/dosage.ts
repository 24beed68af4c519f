import { toConcept, toConcepts } from '../../map/concept.js'
import { endOf } from '../../map/effective.js'
import { quantityText } from '../../map/quantity.js'
import { instant } from '../common-fields.js'
import { doseText, maximaOf, rateText } from './amounts.js'
import type { DosageElements, EntryElements, RepeatElements } from './elements.js'

/** How it is to be taken, as the source wrote it: in words, and in parts where it has parts. Nothing is worked out from the words. */
export const dosagesOf = ({
  dosage,
  dosageInstruction,
}: Pick<EntryElements, 'dosage' | 'dosageInstruction'>) =>
  (dosage ?? dosageInstruction ?? []).map(toDosage)

function toDosage(one: DosageElements) {
  const { asNeededBoolean, asNeededCodeableConcept: need, route, site, method, timing } = one
  return {
    ...{ text: one.text, patientInstruction: one.patientInstruction },
    additionalInstruction: toConcepts(one.additionalInstruction),
    ...{ doseText: doseText(one), rateText: rateText(one), ...maximaOf(one) },
    asNeeded: need ? true : asNeededBoolean,
    asNeededFor: need && toConcept(need),
    ...{ route: route && toConcept(route), site: site && toConcept(site) },
    method: method && toConcept(method),
    timing: timing && toTiming(timing),
  }
}

function toTiming({ event = [], repeat = {}, code }: NonNullable<DosageElements['timing']>) {
  const { frequency, frequencyMax, period, periodMax, periodUnit, count } = repeat
  return {
    code: code && toConcept(code),
    ...{ frequency, frequencyMax, period, periodMax, periodUnit, count },
    ...{ dayOfWeek: repeat.dayOfWeek ?? [], timeOfDay: repeat.timeOfDay ?? [] },
    when: repeat.when ?? [],
    at: event.flatMap((time) => instant(time) ?? []),
    ...boundsOf(repeat),
  }
}

const boundsOf = ({ boundsPeriod, boundsDuration }: RepeatElements) => ({
  start: instant(boundsPeriod?.start),
  end: boundsPeriod?.end === undefined ? undefined : endOf(boundsPeriod.end),
  durationText: boundsDuration && quantityText(boundsDuration),
})
