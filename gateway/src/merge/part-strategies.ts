import type { Variables } from '@kilde/contract'
import type { GraphQLField, GraphQLObjectType } from 'graphql'
import { compileEach } from './each.js'
import { compileFold } from './fold.js'
import { compilePrefer } from './prefer.js'

/** What a source's part is checked against. */
export interface PartExpected {
  /** Nine digits: the organisation that answered. */
  readonly organization: string
  /** What cursors must say of the patient. */
  readonly patientDigest: string
  /** The field's arguments, checked. */
  readonly args: Variables
}

/** One source's part, checked. */
export interface SourcePart {
  readonly organization: string
  readonly part: unknown
}

/** How a field is merged whose parts are small: each source's is read as an object, and one object is made of all. */
export interface PartStrategy {
  /** What sources are asked below the field, besides their own report. */
  readonly sourceSelection: string
  /**
   * Checks the arguments before anybody is asked.
   * @throws GatewayError `ARGUMENT_OUT_OF_RANGE`
   */
  check(args: Variables): void
  /** @throws InvalidAnswer */
  read(value: unknown, expected: PartExpected): unknown
  /** Rows in a part: what its source is reported to have returned. */
  count(part: unknown): number
  /** The field's value without `complete`, `completeness` and `sources`. */
  merge(parts: readonly SourcePart[], args: Variables): Readonly<Record<string, unknown>>
}

type Compile = (field: GraphQLField<unknown, unknown>, type: GraphQLObjectType) => PartStrategy

export type PartStrategyName = 'FOLD' | 'PREFER' | 'EACH'

/** By the contract's `@merge(strategy:)`. */
export const partStrategies: Readonly<Record<PartStrategyName, Compile>> = {
  FOLD: compileFold,
  PREFER: compilePrefer,
  EACH: compileEach,
}
