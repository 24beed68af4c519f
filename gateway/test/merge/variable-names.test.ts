import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { getVariableValues, Kind, parse, validate } from 'graphql'
import { compileMergePlan } from '../../src/merge/compile-plan.js'
import { contract } from '../../src/merge/contract.js'
import { sourceVariables } from '../../src/merge/source-request.js'

/** What a source gets of a question in which the client's own variables have these names. */
function asked(name: string, value: boolean) {
  const variables = { [name]: value }
  const document = parse(`query ($${name}: Boolean!) {
    patient(identifier: "08825133489") {
      observations(first: 5) { nodes { id status @include(if: $${name}) } }
    }
  }`)
  const plan = compileMergePlan(contract, document, undefined, variables)
  const source = parse(plan.sourceQuery)
  const [operation] = source.definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation')
  const patient = parsePatientIdentifier('08825133489')
  const fields = plan.fields.map((merged) => ({ merged, args: { first: 5 }, list: undefined }))
  const sent = sourceVariables(plan, fields as never, [undefined], patient, variables)
  return {
    faults: validate(contract.schema, source).map(({ message }) => message),
    values: getVariableValues(contract.schema, operation.variableDefinitions ?? [], sent),
    sent,
  }
}

// Rows' directives are decided by the gateway: of the client's variables sources get those of rows' arguments alone.
describe('variables of the operation that sources get', () => {
  it.each(['identifier', 'ask_0', 'end_0', 'first_0', 'after__0', 'filter_12', 'flag'])(
    "stay apart from the client's own %s",
    (name) => {
      for (const value of [true, false]) {
        const { faults, values, sent } = asked(name, value)
        expect(faults).toEqual([])
        expect(values.errors).toBeUndefined()
        if (name !== 'identifier') expect(sent).not.toHaveProperty(name)
        // The field is not asked for, whatever the client's variable says.
        expect(Object.values(values.coerced ?? {}).filter((one) => one === false)).not.toEqual([])
      }
    },
  )
})
