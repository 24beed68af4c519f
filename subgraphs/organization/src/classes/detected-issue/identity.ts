import { createHash } from 'node:crypto'
import type { DetectedIssue, Device, Flag } from 'fhir/r4.js'
import type { Neighbours } from '../../ingest/references.js'
import { canonicalJson, sentDigest } from '../../map/canonical.js'
import type { OpenBundle, SaidIdentity } from '../resource-class.js'
import type { AlertElements } from './elements.js'
import { raisedOf } from './times.js'

type Alert = DetectedIssue | Flag

/**
 * What makes an alert of a document the same as one of another: VKP sends the whole document again with each step of the follow-up,
 * and all in it under new addresses. Its document has the alarm's identifier; occurrence and code tell the alert within it. Where
 * that is missing, or several of the document are alike in these, all that the alert says decides, whatever address its author has.
 */
export function identitiesOf({ entries, neighbours, document }: OpenBundle) {
  if (!document) return () => undefined
  const alerts = entries.flatMap(({ resource }) => (isAlert(resource) ? [resource] : []))
  const seen = alerts.map((alert) => occurrenceOf(alert))
  return (alert: Alert): SaidIdentity => {
    const sent = digest(stable(alert, neighbours))
    const occurrence = occurrenceOf(alert)
    const isAlone = seen.filter((one) => one === occurrence).length === 1
    const { identifier } = document
    if (identifier === undefined || !isAlone) return { key: `said:${sent}`, sent }
    return { key: `document:${digest([identifier, occurrence])}`, sent }
  }
}

const isAlert = (resource: unknown): resource is Alert =>
  ['DetectedIssue', 'Flag'].includes(String((resource as Partial<Alert> | null)?.resourceType))

function occurrenceOf(alert: Alert): string {
  const codes = (alert.code?.coding ?? []).map(({ system = '', code = '' }) => `${system}|${code}`)
  return canonicalJson([alert.resourceType, raisedAt(alert), [...codes].sort()])
}

/** Nothing of the Bundle is checked yet. */
function raisedAt(alert: Alert): number | undefined {
  try {
    return raisedOf(alert as AlertElements)?.startMs
  } catch {
    return undefined
  }
}

/** The alert with its author by name: the device, where it came with it, without the address that it has in this document. */
function stable(alert: Alert, neighbours: Neighbours): object {
  const { reference } = alert.author ?? {}
  const found =
    reference === undefined ? undefined : neighbours.find(reference, alert.contained as never)
  const device = found && sentDigest(found as Device)
  const { author, ...rest } = alert
  return { sent: sentDigest(rest as Alert), author: device ?? author ?? null }
}

const digest = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex')
