import { parseKeepingDigits } from '../../map/elements.js'
import { type ByName, indexByName } from '../by-name.js'
import { zoneLevel } from '../care-plan/zones.js'
import { contentOf } from '../content.js'
import { heldRowOf } from '../held-row.js'
import { measureOf, tokensOf } from '../measures.js'
import { namesIn } from '../references.js'
import type { Assembled, HeldClassRow, HeldResource } from '../resource-class.js'
import { kindOfAlert, severityOf } from './codes.js'
import {
  type AlertElements,
  type PartElements,
  readAlertElements,
  readPart,
  requestsIn,
} from './elements.js'
import { stateOf, stepsOf } from './follow-up.js'
import { missingOf } from './missing.js'
import { readParts } from './parts.js'
import { tokensReferred } from './referred.js'
import { raisedAt } from './times.js'

/** Each DetectedIssue or Flag is a row; what follows it up, or raised it, belongs to it. */
export function assembleAlerts(resources: readonly HeldResource[]): Assembled {
  const read = resources.map((resource) => ({ resource, part: tryPart(resource) }))
  const alerts = read.flatMap(({ resource, part }) => (part === 'none' ? [resource] : []))
  const parts = read.filter((one): one is ReadPart => typeof one.part === 'object')
  const find = {
    following: indexByName(parts, ({ part }) => followedBy(part)),
    named: indexByName(parts, ({ resource }) => resource.names),
  }
  const rows = alerts.flatMap((one) => tryRow(one, find) ?? [])
  const unread = read.filter(({ part }) => part === 'unread').length
  return { rows, dropped: unread + alerts.length - rows.length }
}

interface ReadPart {
  readonly resource: HeldResource
  readonly part: PartElements
}

/** Of a resource that is no part: `none`. */
function tryPart({ resource }: HeldResource): PartElements | 'none' | 'unread' {
  try {
    return readPart(parseKeepingDigits(resource)) ?? 'none'
  } catch {
    return 'unread'
  }
}

/** Names of the alerts that a note or task follows up. */
function followedBy(part: PartElements): readonly string[] {
  if (part.resourceType === 'Task') return part.focus ? namesIn(part.focus) : []
  if (part.resourceType !== 'Composition') return []
  return (part.section ?? []).flatMap(({ entry = [] }) => entry.flatMap(namesIn))
}

interface Finding {
  readonly following: ByName<ReadPart>
  readonly named: ByName<ReadPart>
}

function tryRow(resource: HeldResource, find: Finding): HeldClassRow | undefined {
  try {
    const elements = readAlertElements(resource.resource)
    const devices = elements.author ? find.named(namesIn(elements.author)) : []
    const parts = [...new Set([...find.following(resource.names), ...devices])]
    return rowOf(
      resource,
      elements,
      parts.map((one) => one.resource),
    )
  } catch {
    return undefined
  }
}

function rowOf(
  resource: HeldResource,
  elements: AlertElements,
  related: readonly HeldResource[],
): HeldClassRow {
  const { status = 'unknown', code, evidence = [] } = elements
  const steps = stepsOf(elements, readParts(related))
  const state = stateOf(status, steps)
  const [kind, zone, severity] = [kindOfAlert(code), zoneOf(elements), severityOf(elements)]
  const found = evidence.flatMap((one) => one.code ?? [])
  const { code: _words, ...missing } = missingOf(elements) ?? {}
  return heldRowOf(resource, related, {
    when: raisedAt(elements, resource.receivedMs),
    status,
    // What follows it up counts: two sources that tell different states are both shown.
    content: contentOf({
      ...{ status, kind, zone, severity, missing, state, detail: elements.detail },
      code: tokensOf([code]),
      found: found.map((one) => tokensOf([one])),
      steps: steps.map((one) => [one.ms, one.state, tokensOf([one.code]), one.text]),
    }),
    facets: {
      ...{ kind: [kind], state: [state] },
      ...(zone !== undefined && { zone: [zone] }),
      ...(severity !== undefined && { severity: [severity] }),
    },
    codes: codesOf(resource, elements),
  })
}

/** By its own codes, and by those of the measurements that it refers to. */
function codesOf(resource: HeldResource, elements: AlertElements): readonly string[] {
  const { code, evidence = [], contained } = elements
  const own = [
    code,
    ...evidence.flatMap((one) => one.code ?? []),
    ...requestsIn(contained).map((one) => one.code),
  ]
  const namesMeasure = own.some((one) => measureOf(one).kind !== undefined)
  return [...new Set([...tokensOf(own), ...tokensReferred(resource, elements, namesMeasure)])]
}

/** The zone that the source names. Several are none that could be shown. */
function zoneOf({ code, evidence = [] }: Pick<AlertElements, 'code' | 'evidence'>) {
  const concepts = [code, ...evidence.flatMap((one) => one.code ?? [])]
  const levels = new Set(concepts.flatMap((one) => zoneLevel(one) ?? []))
  return levels.size === 1 ? [...levels][0] : undefined
}
