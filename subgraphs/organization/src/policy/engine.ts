import { readFileSync } from 'node:fs'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { LRUCache } from 'lru-cache'

/** What a decision rests on: derived from the signed token and the signed registry, see facts.ts. No identifiers. */
export interface Facts {
  readonly kind: 'professional' | 'citizen'
  readonly securityLevel: number
  readonly purpose: string
  /** Has an HPR number and a category of health personnel. */
  readonly authorised: boolean
  readonly patientIsCaller: boolean
  readonly patientIsRepresented: boolean
  /** The token was exchanged by a gateway that this organisation has named. */
  readonly throughGateway: boolean
  readonly ground: 'OWN' | 'AGREEMENT' | 'CITIZEN' | 'NONE'
}

/** `rules` are the ids of the rules that decided, for the log. */
export type Decision =
  | { readonly permitted: true; readonly rules: readonly string[] }
  | { readonly permitted: false; readonly reason: RefusalReason; readonly rules: readonly string[] }

/** Reasons of the contract's ReasonCode that a policy may give. */
export type RefusalReason =
  | 'SECURITY_LEVEL'
  | 'PURPOSE'
  | 'ROLE'
  | 'NOT_REPRESENTED'
  | 'NO_AGREEMENT'
  | 'POLICY'

export type Decide = (facts: Facts) => Decision

/**
 * Loads the rules of access.cedar. A decision depends on the facts alone, of which there are few, so decisions are
 * remembered: an evaluation takes about 2 ms.
 * @throws where the rules do not fit their schema
 */
export function createPolicy(): Decide {
  const rules = loadRules()
  const known = new LRUCache<string, Decision>({ max: 500 })
  return (facts) => {
    const key = JSON.stringify(facts)
    const before = known.get(key)
    if (before) return before
    const decision = evaluate(facts, rules)
    known.set(key, decision)
    return decision
  }
}

/** Reason of each rule, in the order of the file. */
type Rules = ReadonlyMap<string, string>

const NAME = 'kilde-access'

function loadRules(): Rules {
  const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')
  const schema = read('./access.cedarschema')
  const parts = succeeded(cedar.policySetTextToParts(read('./access.cedar')))
  const rules = parts.policies.map((text) => {
    const { annotations = {} } = succeeded(cedar.policyToJson(text)).json
    return { id: annotations['id'] ?? '', reason: annotations['reason'] ?? 'POLICY', text }
  })
  const staticPolicies = Object.fromEntries(rules.map(({ id, text }) => [id, text]))
  const { validationErrors } = succeeded(cedar.validate({ schema, policies: { staticPolicies } }))
  if (validationErrors.length > 0 || Object.keys(staticPolicies).length !== rules.length) {
    throw new Error(`access.cedar: ${JSON.stringify(validationErrors)} or two rules of one id`)
  }
  succeeded(cedar.preparsePolicySet(NAME, { staticPolicies }))
  succeeded(cedar.preparseSchema(NAME, schema))
  return new Map(rules.map(({ id, reason }) => [id, reason]))
}

function evaluate(facts: Facts, rules: Rules): Decision {
  const answer = succeeded(
    cedar.statefulIsAuthorized({
      principal: { type: 'Kilde::Requester', id: facts.kind },
      action: { type: 'Kilde::Action', id: 'read' },
      resource: { type: 'Kilde::DataClass', id: 'Observation' },
      context: { ...facts },
      entities: [],
      preparsedPolicySetId: NAME,
      preparsedSchemaName: NAME,
      validateRequest: true,
    }),
  )
  const { decision, diagnostics } = answer.response
  const applied = [...rules.keys()].filter((id) => diagnostics.reason.includes(id))
  // A rule that fails is skipped by Cedar: a forbid among them would leave a door open.
  if (decision === 'allow' && diagnostics.errors.length === 0)
    return { permitted: true, rules: applied }
  const reason = rules.get(applied[0] ?? '')
  return { permitted: false, reason: isReason(reason) ? reason : 'POLICY', rules: applied }
}

const REASONS: readonly string[] = [
  'SECURITY_LEVEL',
  'PURPOSE',
  'ROLE',
  'NOT_REPRESENTED',
  'NO_AGREEMENT',
] satisfies readonly RefusalReason[]

const isReason = (reason: string | undefined): reason is RefusalReason =>
  reason !== undefined && REASONS.includes(reason)

/** Cedar tells failure by a value. */
function succeeded<T extends { readonly type: string }>(
  answer: T,
): Extract<T, { type: 'success' }> {
  if (answer.type === 'success') return answer as Extract<T, { type: 'success' }>
  throw new Error(`Cedar: ${JSON.stringify(answer)}`)
}
