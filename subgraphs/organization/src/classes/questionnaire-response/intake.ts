import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import type { Questionnaire, QuestionnaireResponse } from 'fhir/r4.js'
import { typeOf } from '../../ingest/entry.js'
import { subjectOf } from '../../ingest/references.js'
import { canonicalOf, namesOfCanonical } from '../references.js'
import type { Claim, ClassIntake, OpenBundle } from '../resource-class.js'
import { claimOf, namesOfEntry } from '../take.js'
import { setOf } from './definition.js'
import { checkResponse } from './rules.js'
import { answeredAt } from './times.js'

/** A Questionnaire is of nobody: it is kept with the answers of the same Bundle that name it, or name it in another language. */
export const responseIntake: ClassIntake = {
  types: ['QuestionnaireResponse', 'Questionnaire'],
  many: {
    type: 'QuestionnaireResponse',
    timeOf: (resource, receivedMs) =>
      answeredAt(resource as QuestionnaireResponse, receivedMs)?.startMs,
  },
  open(bundle) {
    const patientsOf = askedPatients(bundle)
    return (entry, at) =>
      typeOf(entry.resource) === 'Questionnaire'
        ? claimDefinition(patientsOf([...namesOfEntry(entry), ...namesOf(entry.resource)]))
        : claimResponse(entry.resource as QuestionnaireResponse, bundle, at)
  },
}

function claimResponse(
  response: QuestionnaireResponse,
  { neighbours }: OpenBundle,
  at: string,
): Claim {
  const { source, author } = response
  return claimOf({
    issues: checkResponse(response, neighbours, at),
    subject: subjectOf(response, neighbours, at),
    authors: [source, author].filter((one) => one !== undefined),
  })
}

const claimDefinition = (patients: readonly PatientIdentifier[]): Claim =>
  patients.length === 0 ? { takes: false } : { takes: true, issues: [], patients, authors: [] }

/** Whose answers name a questionnaire, by its names. Nothing of the Bundle is checked yet. */
function askedPatients({ entries, neighbours }: OpenBundle) {
  const byName = new Map<string, Map<string, PatientIdentifier>>()
  const add = (names: readonly string[], patient: PatientIdentifier): void => {
    for (const name of names) {
      const known = byName.get(name) ?? new Map<string, PatientIdentifier>()
      byName.set(name, known.set(identifierToken(patient), patient))
    }
  }
  const definitions = entries.filter(({ resource }) => typeOf(resource) === 'Questionnaire')
  for (const { resource, place } of entries) {
    if (!isResponse(resource) || typeof resource.questionnaire !== 'string') continue
    const patient = subjectOf(resource, neighbours, place)
    if ('severity' in patient) continue
    const named = namesOfCanonical(resource.questionnaire)
    const meant = definitions.filter((one) =>
      [...namesOfEntry(one), ...namesOf(one.resource)].some((name) => named.includes(name)),
    )
    add([...named, ...meant.flatMap((one) => namesOf(one.resource))], patient)
  }
  return (names: readonly string[]): readonly PatientIdentifier[] => [
    ...new Map(names.flatMap((name) => [...(byName.get(name) ?? [])])).values(),
  ]
}

const isResponse = (resource: unknown): resource is QuestionnaireResponse =>
  typeOf(resource) === 'QuestionnaireResponse'

/** Its canonical address, and what its languages have in common. */
function namesOf(resource: unknown): readonly string[] {
  const { url, version, name } = resource as Partial<Questionnaire>
  const set = typeof name === 'string' ? setOf({ name, version }) : undefined
  return [
    ...(typeof url === 'string' ? namesOfCanonical(canonicalOf(url, version)) : []),
    ...(set === undefined ? [] : [`set ${set}`]),
  ]
}
