import { toConcept, wordsOf } from '../../map/concept.js'
import { effectiveOf } from '../../map/effective.js'
import type { Concept } from '../../map/elements.js'
import type { Party } from '../parties.js'
import { codesIn, VKP_EVENT } from './codes.js'
import type { AlertElements, CompositionElements, TaskElements } from './elements.js'
import type { Parts } from './parts.js'

/** `AlertState` of the contract. */
export type AlertState = 'OPEN' | 'IN_PROGRESS' | 'ACKNOWLEDGED' | 'CLOSED' | 'NOT_TOLD'

/** One thing that was done about an alert. */
export interface Step {
  readonly time: string | undefined
  readonly ms: number
  readonly state: AlertState | undefined
  readonly code: Concept
  readonly text: string | undefined
  readonly by: Party | undefined
}

/** What VKP's steps make of an alert. The others tell what was said and done. */
const EVENT_STATES: Readonly<Record<string, AlertState>> = {
  '0': 'OPEN',
  '1': 'IN_PROGRESS',
  '3': 'ACKNOWLEDGED',
  '4': 'IN_PROGRESS',
  '5': 'IN_PROGRESS',
}
const TASK_STATES: Readonly<Record<string, AlertState>> = {
  requested: 'OPEN',
  received: 'OPEN',
  ready: 'OPEN',
  accepted: 'IN_PROGRESS',
  'in-progress': 'IN_PROGRESS',
  'on-hold': 'IN_PROGRESS',
  completed: 'CLOSED',
}
const TASK_STATUS = 'http://hl7.org/fhir/task-status'

/** What was done, oldest first; without a time before all others, for it ends nothing. */
export function stepsOf({ mitigation = [] }: AlertElements, parts: Parts): readonly Step[] {
  const steps = [
    ...mitigation.map(({ action, date, author }) =>
      step({ at: date, code: action, state: 'IN_PROGRESS', by: parts.partyOf(author) }),
    ),
    ...parts.tasks.map((task) => stepOfTask(task, parts)),
    ...parts.compositions.flatMap((note) => stepsOfNote(note, parts)),
  ]
  return eachOnce(steps).toSorted((a, b) => a.ms - b.ms)
}

/** Who sends the whole follow-up again with each step of it tells the earlier ones anew. */
const eachOnce = (steps: readonly Step[]): readonly Step[] => [
  ...new Map(
    steps.map((one) => [JSON.stringify([one.ms, one.state, one.code, one.text]), one]),
  ).values(),
]

interface Told {
  readonly at: string | undefined
  readonly code: Concept
  readonly state: AlertState | undefined
  readonly text?: string | undefined
  readonly by: Party | undefined
}

function step({ at, code, state, text, by }: Told): Step {
  const when = at === undefined ? undefined : effectiveOf({ effectiveDateTime: at })
  const ms = when?.startMs ?? Number.NEGATIVE_INFINITY
  return { time: when?.start, ms, state, code, text, by }
}

const stepOfTask = ({ status = '', lastModified, authoredOn, owner }: TaskElements, parts: Parts) =>
  step({
    at: lastModified ?? authoredOn,
    code: { coding: [{ system: TASK_STATUS, code: status }] },
    state: TASK_STATES[status],
    by: parts.partyOf(owner),
  })

/** Of an event's words only what is cause, action and conversation: with the other codes they are somebody's user name. */
const IN_WORDS: readonly string[] = ['6', '7', '8', '9']

const stepsOfNote = ({ event = [], author = [] }: CompositionElements, parts: Parts) =>
  event.flatMap(({ code = [], period }) =>
    code.map((one) => {
      const [known = ''] = codesIn(one, (system) => system === VKP_EVENT)
      const isInWords = IN_WORDS.includes(known)
      const coded = { ...one, text: isInWords || known === '' ? one.text : undefined }
      return step({
        at: period?.start ?? period?.end,
        code: known === '' ? coded : { coding: coded.coding },
        state: EVENT_STATES[known],
        ...(isInWords && { text: one.text }),
        by: parts.partyOf(author[0]),
      })
    }),
  )

/** The newest state that is told; what its own status says comes before what anybody did. */
export function stateOf(status: string, steps: readonly Step[]): AlertState {
  if (status === 'inactive' || status === 'cancelled') return 'CLOSED'
  const told = steps.flatMap(({ state }) => state ?? []).at(-1)
  return told ?? (status === 'active' ? 'OPEN' : 'NOT_TOLD')
}

/** Each once, the latest first. */
export function handlersAmong(steps: readonly Step[]): readonly Party[] {
  const parties = steps
    .filter(({ state }) => state !== 'OPEN')
    .flatMap(({ by }) => by ?? [])
    .toReversed()
  return [
    ...new Map(
      parties.map((one) => [`${one.display ?? ''}|${one.organization?.number ?? ''}`, one]),
    ).values(),
  ]
}

/** As the contract shows them, without words where those are left out. */
export const shownSteps = (steps: readonly Step[], withoutWords: boolean) =>
  steps.map(({ time, state, code, text, by }) => ({
    ...{ time, state, by },
    code: toConcept({ ...code, text: code.text ?? NAMES[wordsOf(code) ?? ''] }),
    text: withoutWords ? undefined : text,
  }))

/** VKP's names of its steps, for those who send the code alone. */
const NAMES: Readonly<Record<string, string>> = {
  '0': 'hendelse meldt',
  '1': 'hendelse behandles',
  '3': 'hendelse kvittert',
  '4': 'hendelse til utrykning',
  '5': 'hendelse ok utrykning',
  '6': 'årsak',
  '7': 'tiltak',
  '8': 'samtale',
  '9': 'aksjon',
  '10': 'annen aktør',
}
