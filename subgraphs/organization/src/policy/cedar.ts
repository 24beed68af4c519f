import { createHash } from 'node:crypto'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { factsSchema, type PolicyBundle } from './bundle.js'
import { type Decision, type Facts, isRefusalReason } from './decision.js'

/** Policies of a bundle, parsed once and kept by Cedar under a name. */
export interface PreparedRules {
  readonly name: string
  /** Reason of each rule, in the order in which they are told. */
  readonly reasons: ReadonlyMap<string, string>
}

/** @throws where the rules do not parse, do not fit the schema, or two have one id */
export function prepareRules({ policies: texts }: PolicyBundle): PreparedRules {
  const text = [texts.common, texts.professional, texts.citizen].join('\n')
  const schema = factsSchema()
  const name = createHash('sha256').update(text).update(schema).digest('base64url')
  const parts = succeeded(cedar.policySetTextToParts(text))
  const rules = parts.policies.map((policy) => {
    const { annotations = {} } = succeeded(cedar.policyToJson(policy)).json
    return { id: annotations['id'] ?? '', reason: annotations['reason'] ?? 'POLICY', policy }
  })
  // Cedar hands them back in an order of its own; what is told first must not hang on that.
  const ordered = rules.toSorted((a, b) => placeOf(a.id, text) - placeOf(b.id, text))
  const staticPolicies = Object.fromEntries(ordered.map(({ id, policy }) => [id, policy]))
  const { validationErrors } = succeeded(cedar.validate({ schema, policies: { staticPolicies } }))
  if (validationErrors.length > 0 || Object.keys(staticPolicies).length !== rules.length) {
    throw new Error(`policy: ${JSON.stringify(validationErrors)} or two rules of one id`)
  }
  succeeded(cedar.preparsePolicySet(name, { staticPolicies }))
  succeeded(cedar.preparseSchema(name, schema))
  return { name, reasons: new Map(ordered.map(({ id, reason }) => [id, reason])) }
}

const placeOf = (id: string, text: string): number => text.indexOf(`@id("${id}")`)

/** @throws where the facts are none that the schema knows */
export function evaluate(facts: Facts, dataClass: string, rules: PreparedRules): Decision {
  const answer = succeeded(
    cedar.statefulIsAuthorized({
      principal: { type: 'Kilde::Requester', id: facts.kind },
      action: { type: 'Kilde::Action', id: 'read' },
      resource: { type: 'Kilde::DataClass', id: dataClass },
      context: { ...facts },
      entities: [],
      preparsedPolicySetId: rules.name,
      preparsedSchemaName: rules.name,
      validateRequest: true,
    }),
  )
  const { decision, diagnostics } = answer.response
  const applied = [...rules.reasons.keys()].filter((id) => diagnostics.reason.includes(id))
  // A rule that fails is skipped by Cedar: a forbid among them would leave a door open.
  if (decision === 'allow' && diagnostics.errors.length === 0)
    return { permitted: true, rules: applied }
  const reason = rules.reasons.get(applied[0] ?? '')
  return {
    permitted: false,
    reason: decision === 'deny' && isRefusalReason(reason) ? reason : 'POLICY',
    rules: applied,
  }
}

/** Cedar tells failure by a value. */
function succeeded<T extends { readonly type: string }>(
  answer: T,
): Extract<T, { type: 'success' }> {
  if (answer.type === 'success') return answer as Extract<T, { type: 'success' }>
  throw new Error(`Cedar: ${JSON.stringify(answer)}`)
}
