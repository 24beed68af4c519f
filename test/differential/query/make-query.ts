import type { Random } from '../random.js'
import { argumentsOf, latestArguments, policyArguments, trendArguments } from './arguments.js'
import { type Drawing, type FieldDraft, startDrawing, type VariableDraft } from './drawing.js'
import { selectionOf, withDirective } from './selection.js'

/** An operation, and how to make variables for it. */
export interface Query {
  readonly text: string
  readonly variables: readonly VariableDraft[]
  /** Lists whose pages are followed: each names its cursor variable. */
  readonly walks: readonly { readonly key: string; readonly after: string }[]
}

/** A valid operation of the client's schema, by chance: about one patient, with every form that GraphQL has for a selection. */
export function makeQuery(random: Random): Query {
  const drawing = startDrawing(random)
  const lists = Array.from(
    {
      length: random.weighted([
        [1, 0],
        [6, 1],
        [3, 2],
        [1, 3],
      ]),
    },
    (_, index) => draftList(drawing, index),
  )
  const fields = [...lists, ...draftOthers(drawing)]
  const patient = selectionOf(drawing, 'Patient', 0, fields)
  const others = random.chance(0.1) ? rootFields(drawing) : ''
  const policy = policyArguments(drawing)
  const named = random.chance(0.2) ? '__typename ' : ''
  const body = `${named}patient(identifier: $identifier${policy}) ${patient} ${others}`
  const head = ['$identifier: PatientIdentifier!', ...drawing.variables.map(({ text }) => text)]
  const fragments = drawing.fragments.map(({ text }) => text).join('\n')
  return {
    text: `query Q(${head.join(', ')}) { ${body} }\n${fragments}`,
    variables: drawing.variables,
    walks: lists.flatMap(({ key, after }) => (after === undefined ? [] : [{ key, after }])),
  }
}

function draftList(drawing: Drawing, index: number): FieldDraft {
  const { random } = drawing
  const walked = random.chance(0.45)
  const after = walked ? drawing.variable('after', false) : undefined
  const field = random.chance(0.25) ? 'carePlans' : 'observations'
  const type = field === 'carePlans' ? 'CarePlanConnection' : 'ObservationConnection'
  const args = argumentsOf(drawing, field, after)
  const key = index === 0 && random.chance(0.5) ? field : `l${index}`
  const alias = key === field ? '' : `${key}: `
  return { key, head: `${alias}${field}${args}`, type, after }
}

/** The merged fields that are no lists with pages. */
function draftOthers(drawing: Drawing): readonly FieldDraft[] {
  const { random } = drawing
  const draft = (key: string, field: string, type: string): FieldDraft => {
    const alias = random.chance(0.5) ? '' : `${key}: `
    return {
      key: alias ? key : (field.split('(')[0] ?? ''),
      head: `${alias}${field}`,
      type,
      after: undefined,
    }
  }
  return [
    ...(random.chance(0.15) ? [draft('who', 'name', 'PatientName')] : []),
    ...(random.chance(0.2)
      ? [draft('now', `latestObservations${latestArguments(drawing)}`, 'LatestObservations')]
      : []),
    ...(random.chance(0.2)
      ? [draft('curve', `observationTrend${trendArguments(drawing)}`, 'ObservationTrend')]
      : []),
  ]
}

/** Root fields of the registry beside the patient. */
function rootFields(drawing: Drawing): string {
  const organizations = selectionOf(drawing, 'Organization', 2, [])
  const one = selectionOf(drawing, 'Organization', 2, [])
  const number = drawing.variable('number', true)
  return `${withDirective(drawing, 'organizations')} ${organizations} one: organization(number: $${number}) ${one}`
}
