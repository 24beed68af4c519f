import type { Variables } from '@kilde/contract'
import { type FieldNode, type GraphQLField, getArgumentValues } from 'graphql'
import { checkList } from './arguments.js'

/** What a request lays down about sources that are missing: the arguments of `Query.patient`. */
export interface CompletionPolicy {
  readonly completion: 'BEST_EFFORT' | 'ALL_OR_ERROR'
  readonly mandatory: readonly string[]
  /** The organisations to ask; undefined for all. */
  readonly sources: ReadonlySet<string> | undefined
  readonly excluded: ReadonlySet<string>
}

/** @throws GatewayError `ARGUMENT_OUT_OF_RANGE` */
export function readPolicy(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Variables,
): CompletionPolicy {
  const given = getArgumentValues(field, node, variables)
  const sources = organizations('sources', given['sources'])
  return {
    completion: given['completion'] === 'ALL_OR_ERROR' ? 'ALL_OR_ERROR' : 'BEST_EFFORT',
    mandatory: organizations('mandatorySources', given['mandatorySources']) ?? [],
    sources: sources && new Set(sources),
    excluded: new Set(organizations('excludeSources', given['excludeSources'])),
  }
}

function organizations(name: string, value: unknown): readonly string[] | undefined {
  if (value === null || value === undefined) return undefined
  checkList(name, value, 1_000, /^\d{9}$/, 'organisation numbers of 9 digits')
  return [...new Set(value as readonly string[])]
}

/** `AppliedPolicy` of the contract: each list repeats by what rules it was made. */
export function describePolicy(policy: CompletionPolicy): Readonly<Record<string, unknown>> {
  return {
    completion: policy.completion,
    mandatorySources: policy.mandatory,
    sources: policy.sources ? [...policy.sources] : null,
    excludeSources: [...policy.excluded],
  }
}
