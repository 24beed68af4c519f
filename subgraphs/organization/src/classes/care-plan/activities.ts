import { toConcept, wordsOf } from '../../map/concept.js'
import { toDevice } from '../../map/device.js'
import type { Concept } from '../../map/elements.js'
import { measureOf } from '../measures.js'
import type { Detail, PartOfType, PlanElements, Reference, Timing } from './elements.js'
import type { Parts } from './parts.js'
import { activityStatus } from './zones.js'

type Sent = NonNullable<PlanElements['activity']>[number]

/** What an activity says, from its `detail` or from the request that it refers to. */
export interface Activity {
  readonly status: string | undefined
  readonly heading: string | undefined
  readonly code: Concept | undefined
  readonly description: string | undefined
  readonly scheduledText: string | undefined
  readonly performer: readonly Reference[]
}

export function activitiesOf(activity: readonly Sent[] | undefined, parts: Parts) {
  return (activity ?? []).flatMap((sent) => {
    const found = activityOf(sent, parts)
    return found ? [{ ...found, device: deviceOf(found, parts) }] : []
  })
}

type Shown = ReturnType<typeof activitiesOf>[number]

/** Fields of the contract's PlanActivity. Each runs only where it is selected. */
export const activityFields = {
  code: ({ code }: Shown) => code && toConcept(code),
  codes: ({ code }: Shown) => measureOf(code).codes,
  kind: ({ code }: Shown) => measureOf(code).kind,
} as const

/** FHIR cpl-3 allows one of the two; where both came the request says more. */
export function activityOf({ reference, detail }: Sent, parts: Parts): Activity | undefined {
  const request = reference && parts.find('ServiceRequest', reference)
  if (request) return ofRequest(request)
  if (detail) return ofDetail(detail)
  const description = reference?.display
  return description === undefined ? undefined : { ...NOTHING, description }
}

const NOTHING = {
  status: undefined,
  heading: undefined,
  code: undefined,
  scheduledText: undefined,
  performer: [],
} as const satisfies Omit<Activity, 'description'>

/** The heading of VKP's plans (target-architecture B8). */
const HEADING = 'http://ehelse.no/fhir/StructureDefinition/vkp-detailheader-v090'

function ofDetail(detail: Detail): Activity {
  const { code, scheduledString, scheduledTiming, scheduledPeriod: period } = detail
  return {
    status: activityStatus(detail.status),
    heading: detail.extension?.find(({ url }) => url === HEADING)?.valueString,
    code,
    description: detail.description ?? (code && wordsOf(code)),
    scheduledText: scheduledString ?? timingText(scheduledTiming) ?? periodText(period),
    performer: detail.performer ?? [],
  }
}

/** FHIR RequestStatus as the status that an activity would have. */
const REQUEST_STATUS: Readonly<Record<string, string>> = {
  draft: 'NOT_STARTED',
  active: 'IN_PROGRESS',
  'on-hold': 'ON_HOLD',
  revoked: 'CANCELLED',
  completed: 'COMPLETED',
  'entered-in-error': 'ENTERED_IN_ERROR',
  unknown: 'UNKNOWN',
}

function ofRequest(request: PartOfType<'ServiceRequest'>): Activity {
  const { status = '', code, orderDetail = [], note = [], patientInstruction } = request
  const details = orderDetail.flatMap((one) => wordsOf(one) ?? [])
  const words = [
    code && wordsOf(code),
    ...details,
    patientInstruction,
    ...note.map(({ text }) => text),
  ]
  return {
    status: REQUEST_STATUS[status],
    heading: undefined,
    code,
    description: words.filter((one) => one !== undefined).join('\n') || undefined,
    scheduledText: timingText(request.occurrenceTiming) ?? periodText(request.occurrencePeriod),
    performer: request.performer ?? [],
  }
}

/** A performer that is a Device: a resource that came with the plan, or as far as the reference names it. */
function deviceOf({ performer }: Activity, parts: Parts) {
  for (const reference of performer) {
    const found = parts.find('Device', reference)
    const isDevice = reference.type === 'Device' || reference.reference?.includes('Device/')
    if (found || isDevice) return toDevice(reference, found && JSON.stringify(found))
  }
  return undefined
}

function timingText(timing: Timing): string | undefined {
  const { code, repeat } = timing ?? {}
  const words = code && wordsOf(code)
  if (words !== undefined || !repeat) return words
  const { frequency, period, periodUnit, when = [] } = repeat
  const often =
    frequency === undefined || period === undefined
      ? []
      : [`${frequency} ganger per ${period} ${periodUnit ?? ''}`.trim()]
  return [...often, ...when].join(', ') || undefined
}

const periodText = (period: Detail['scheduledPeriod']): string | undefined =>
  period && ([period.start, period.end].filter((end) => end !== undefined).join(' – ') || undefined)
