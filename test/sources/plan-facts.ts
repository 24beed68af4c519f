import { parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import fc from 'fast-check'
import type { PlanFact } from './facts.js'
import {
  codes,
  LAST_DAY_MS,
  labelOf,
  ORGANIZATION,
  ownerOf,
  owners,
  timesOf,
} from './vocabulary.js'

export const planStatuses = ['active', 'completed', 'draft', 'revoked', 'entered-in-error'] as const
/** VKP's categories, by kind. */
export const kinds = { OTHER: '0', TREATMENT: '1', SELF_TREATMENT: '2', VISIT: '3' } as const
const VKP = 'http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090'
const DAY_MS = 86_400_000

const drawing = fc.record({
  kind: fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])),
  minutes: fc.oneof(fc.constantFrom(0, 60, 1_440), fc.nat(400 * 1_440)),
  time: fc.constantFrom('instant', 'offset', 'date', 'created'),
  status: fc.constantFrom('active', 'active', ...planStatuses),
  label: fc.constantFrom(undefined, undefined, 'NORS', 'NORU'),
  /** Whether the label stands at what the plan is about: it closes the plan as well. */
  isPartLabelled: fc.boolean(),
  opensInDays: fc.option(fc.integer({ min: -100, max: 100 }), { nil: undefined }),
  owner: fc.constantFrom(undefined, ...owners),
  identified: fc.boolean(),
  goal: fc.constantFrom(undefined, codes.pulse, codes.local),
  about: fc.constantFrom(undefined, codes.none, codes.systolic),
  request: fc.constantFrom(undefined, codes.saturation, codes.pressure),
})

type Drawn = typeof drawing extends fc.Arbitrary<infer T> ? T : never

/** Plans of two patients, the same for the same seed. */
export function plansOf(count: number, seed: number): readonly PlanFact[] {
  return fc.sample(drawing, { seed, numRuns: count }).map(factOf)
}

function factOf(drawn: Drawn, index: number): PlanFact {
  const key = `p${index}`
  const { kind, status, label, isPartLabelled, opensInDays, owner, identified } = drawn
  const { goal, about, request } = drawn
  const openFromMs =
    label === 'NORU' && opensInDays !== undefined ? LAST_DAY_MS + opensInDays * DAY_MS : undefined
  const meta = label === undefined ? {} : { meta: { security: [labelOf(label, openFromMs)] } }
  const { t, precision, times } = planTimes(drawn)
  // Without what the plan is about nothing but the plan can be labelled.
  const isAbout = about !== undefined
  const parts = [
    ...(goal === undefined ? [] : [part(key, 'Goal', goalOf(goal))]),
    ...(isAbout
      ? [part(key, 'Condition', { ...(isPartLabelled && meta), code: concept(about) })]
      : []),
    ...(request === undefined ? [] : [part(key, 'ServiceRequest', requestOf(request))]),
  ]
  const to = (type: string) => ({ reference: `@${key}-${type}` })
  const identifier = identified ? `urn:test:plan|${key}` : undefined
  return {
    ...{ key, t, precision, status, kind, parts, category: [], abnormal: false },
    patient: parsePatientIdentifier(
      (index % 4 === 0 ? patients.onePlace : patients.copd).identifier,
    ),
    codes: [goal, about, request].flatMap((code) =>
      code === undefined ? [] : code === codes.pulse ? [code, codes.pulseToo] : [code],
    ),
    labels: label === undefined ? [] : [label],
    ...(openFromMs !== undefined && { openFromMs }),
    owner: owner ?? ORGANIZATION,
    authorKind: 'UNKNOWN',
    ...(identifier !== undefined && { identifier }),
    resource: JSON.stringify({
      resourceType: 'CarePlan',
      ...(!(isPartLabelled && isAbout) && meta),
      ...(identified && { identifier: [{ system: 'urn:test:plan', value: key }] }),
      ...{ status, intent: 'plan', title: `Plan ${key}`, ...times },
      category: [{ coding: [{ system: VKP, code: kinds[kind] }] }],
      contributor: ownerOf(owner),
      ...(goal !== undefined && { goal: [to('Goal')] }),
      ...(isAbout && { addresses: [to('Condition')] }),
      ...(request !== undefined && { activity: [{ reference: to('ServiceRequest') }] }),
    }),
  }
}

const part = (key: string, type: string, resource: object) => ({
  ...{ key: `${key}-${type}`, type },
  // A note of its own: parts without ids that say the same are one to a store.
  resource: JSON.stringify({ resourceType: type, ...resource, note: [{ text: key }] }),
})

const concept = (token: string) => {
  const [system, code] = token.split('|')
  return { coding: [{ system, code }] }
}

const goalOf = (code: string) => ({
  lifecycleStatus: 'active',
  description: { text: 'Bedre' },
  target: [{ measure: concept(code), detailString: 'bedre' }],
})

const requestOf = (code: string) => ({ status: 'active', intent: 'order', code: concept(code) })

function planTimes({ time, minutes }: Drawn) {
  const at = LAST_DAY_MS - minutes * 60_000
  if (time === 'created') {
    return { t: at, precision: 'ISSUED' as const, times: { created: new Date(at).toISOString() } }
  }
  const { t, precision, ...said } = timesOf(time, at)
  const start = 'effectiveDateTime' in said ? said.effectiveDateTime : ''
  return { t, precision, times: { period: { start } } }
}
