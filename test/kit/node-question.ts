import { randomBytes } from 'node:crypto'
import { identifierToken, parsePatientIdentifier, patientDigest } from '@kilde/contract'
import { operationDigest } from '@kilde/trust/context'

export interface NodeQuestion {
  /** An access token of the requester, for whichever audience: what it says stands in the context. */
  readonly token: string
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  /** Further members of `extensions.kilde`. */
  readonly kilde?: object
}

/** The body that a gateway sends to a node for a requester (docs/node-protocol.md). */
export function nodeQuestion({ token, query, variables, kilde = {} }: NodeQuestion): string {
  const salt = randomBytes(16).toString('base64url')
  const identifier = identifierToken(parsePatientIdentifier(variables['identifier']))
  const context = {
    salt,
    deadlineMs: 30_000,
    patient: patientDigest(salt, identifier),
    operation: operationDigest(query),
    ...statedBy(token),
  }
  return JSON.stringify({ query, variables, extensions: { kilde: { ...context, ...kilde } } })
}

interface Care {
  readonly purpose_of_use: { readonly code: string }
  readonly decision_ref?: { readonly id: string }
}

interface Claims {
  readonly sub: string
  readonly 'nhn:tillitsrammeverk:parameters'?: { readonly care_relationship: Care }
  readonly 'kilde:citizen'?: Care
}

function statedBy(token: string) {
  const [, payload = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims
  const care =
    claims['nhn:tillitsrammeverk:parameters']?.care_relationship ?? claims['kilde:citizen']
  return {
    requester: claims.sub,
    ...(care && { purpose: care.purpose_of_use.code }),
    ...(care?.decision_ref && { decisionRef: care.decision_ref.id }),
  }
}
