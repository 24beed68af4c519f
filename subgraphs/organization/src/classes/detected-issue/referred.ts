import { equivalentTokens } from '@kilde/contract'
import type { DetectedIssue, Flag, Observation } from 'fhir/r4.js'
import type { Neighbours } from '../../ingest/references.js'
import { comboTokens } from '../../map/canonical.js'
import { typeIn } from '../links.js'
import { UNKNOWN_CODE } from '../measures.js'
import type { Reference } from '../party-elements.js'
import type { HeldResource } from '../resource-class.js'
import { type AlertElements, requestsIn } from './elements.js'

type Referring = Pick<AlertElements, 'evidence' | 'implicated'>

const referencesIn = ({ evidence = [], implicated = [] }: Referring) => [
  ...evidence.flatMap(({ detail = [] }) => detail),
  ...implicated,
]

/**
 * Codes of the measurements that an alert refers to, as far as they came with it; `?` for what did not and may be one. Undefined
 * where it refers to none.
 */
export function codesReferred(
  alert: DetectedIssue | Flag,
  neighbours: Neighbours,
): readonly string[] | undefined {
  return codesOfReferences(referencesIn(alert as AlertElements), alert, neighbours)
}

/** The same of whatever refers to measurements. */
export function codesOfReferences(
  references: readonly Reference[],
  { contained }: Pick<DetectedIssue, 'contained'>,
  neighbours: Neighbours,
): readonly string[] | undefined {
  if (references.length === 0) return undefined
  const codes = references.flatMap((one) => {
    const { reference } = one
    const found = reference === undefined ? undefined : neighbours.find(reference, contained)
    if (found) return found.resourceType === 'Observation' ? codesOf(found as Observation) : []
    return mayBeMeasurement(typeIn(one)) ? [UNKNOWN_CODE] : []
  })
  return [...new Set(codes)]
}

function codesOf(observation: Observation): readonly string[] {
  const tokens = comboTokens(observation)
  return tokens.length > 0 ? tokens : [UNKNOWN_CODE]
}

/** An address that says no type may be of anything. */
const mayBeMeasurement = (type: string): boolean => type === 'Observation' || type === ''

/**
 * Tokens by which blocks mean the measurements that a held alert refers to. Which they are was told when it came; of one that came
 * before that was looked at, it is not known. An alert that names its measure itself needs no more than that.
 */
export function tokensReferred(
  { codes }: HeldResource,
  elements: AlertElements,
  namesMeasure: boolean,
): readonly string[] {
  const told = codes ?? (mayRefer(elements) ? [UNKNOWN_CODE] : [])
  return told.flatMap((one) => {
    if (one !== UNKNOWN_CODE) return equivalentTokens(one)
    return namesMeasure ? [] : [UNKNOWN_CODE]
  })
}

/** Requests that stand in the alert are no measurements. */
function mayRefer(elements: AlertElements): boolean {
  const requests = requestsIn(elements.contained).map(({ id }) => `#${id}`)
  return referencesIn(elements).some(
    (one) => !requests.includes(one.reference ?? '') && mayBeMeasurement(typeIn(one)),
  )
}
