import { organizations, patients } from '@kilde/people'
import type { OperationOutcome } from 'fhir/r4.js'
import { execute, parse } from 'graphql'
import type { HeldResource, ResourceClass } from '../../src/classes/resource-class.js'
import { compileShapeCheck } from '../../src/ingest/fhir-schema.js'
import { ingest } from '../../src/ingest/ingest.js'
import { contractSchema } from '../../src/question/schema.js'
import type { ResourceChange } from '../../src/sources/intake.js'
import type { ClassRow } from '../../src/sources/source.js'
import { bytes, FNR, NOW } from './observations.js'

const own = organizations.municipality.number
const checkShape = compileShapeCheck()

export const subject = { identifier: { system: FNR, value: patients.copd.identifier } }

/** What became of resources that were sent together, without a store. */
export interface Taken {
  readonly kept: readonly ResourceChange[]
  /** `severity expression: text` of each issue, of all entries. */
  readonly said: readonly string[]
}

export async function take(...resources: readonly object[]): Promise<Taken> {
  const kept: ResourceChange[] = []
  const entry = resources.map((resource) => {
    const { resourceType = '', id = 'x' } = resource as { resourceType?: string; id?: string }
    return { resource, request: { method: 'PUT', url: `${resourceType}/${id}` } }
  })
  const body = bytes({ resourceType: 'Bundle', type: 'batch', entry })
  const { bundle } = await ingest(body, {
    ...{ organization: own, checkShape, now: () => NOW },
    store: {
      take: async (_changes, _all, _names, sent = []) => {
        kept.push(...sent)
        return sent.map((_, at) => ({
          id: `${own}.${at}`,
          version: 1,
          outcome: 'created' as const,
        }))
      },
    },
  })
  const outcomes = (bundle.entry ?? []).flatMap(({ response }) => response?.outcome ?? [])
  const issues = outcomes.flatMap((one) => (one as OperationOutcome).issue)
  const said = issues.map(
    ({ severity, expression = [], details }) =>
      `${severity} ${expression[0] ?? ''}: ${details?.text ?? ''}`,
  )
  return { kept, said }
}

/** What a store would hold of it. */
export const heldOf = (kept: readonly ResourceChange[]): readonly HeldResource[] =>
  kept.map(({ labels = [], version = 1, ...one }, at) => ({
    ...{ ...one, labels, version, id: `${own}.${at}` },
  }))

/** A row's fields as the contract tells them, all elements read; `selection` as in GraphQL. */
export async function shown(
  { view }: ResourceClass,
  row: ClassRow,
  selection: string,
): Promise<unknown> {
  const node = view.read(row, { organization: own, system: 'test' })
  const document = parse(
    `{ patient(identifier: "x") { list: ${view.field} { nodes { ${selection} } } } }`
      .replace('(identifier: "x")', '(identifier: $i)')
      .replace('{', 'query ($i: PatientIdentifier!) {'),
  )
  const fields = new Map([['list', { nodes: [node] }]])
  const answer = await execute({
    schema: contractSchema,
    document,
    variableValues: { i: patients.copd.identifier },
    contextValue: { patient: { id: 'p' }, fields },
  })
  if (answer.errors) throw new Error(answer.errors.map(({ message }) => message).join(', '))
  const { patient } = answer.data as { patient: { list: { nodes: readonly unknown[] } } }
  return JSON.parse(JSON.stringify(patient.list.nodes[0]))
}
