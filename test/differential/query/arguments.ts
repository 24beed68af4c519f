import type { Drawing } from './drawing.js'

/** Arguments of a list: literals, variables, and variables inside literals. */
export function argumentsOf(
  drawing: Drawing,
  field: 'observations' | 'carePlans',
  after: string | undefined,
): string {
  const { random } = drawing
  const args = [
    ...(random.chance(0.7)
      ? [
          `first: ${random.chance(0.5) ? `$${drawing.variable('first', false)}` : random.pick([1, 2, 3, 5, 10, 50, 1000])}`,
        ]
      : []),
    ...(after === undefined ? [] : [`after: $${after}`]),
  ]
  const isPlans = field === 'carePlans'
  const make = isPlans ? planFilterOf : filterOf
  const filter = random.chance(0.5) ? make(drawing) : undefined
  if (filter) args.push(`filter: ${filter}`)
  // The newest n can only be asked for newest first: no variable may say otherwise.
  if ((isPlans || !filter) && random.chance(0.4))
    args.push(
      `order: ${random.chance(0.4) ? `$${drawing.variable('order', false)}` : random.pick(['NEWEST_FIRST', 'OLDEST_FIRST'])}`,
    )
  return args.length > 0 ? `(${args.join(', ')})` : ''
}

function filterOf(drawing: Drawing): string {
  const { random } = drawing
  if (random.chance(0.4)) return `$${drawing.variable('filter', false)}`
  const parts = [
    ...(random.chance(0.4)
      ? [
          `codes: ${random.chance(0.6) ? `$${drawing.variable('codes', false)}` : '["http://loinc.org|8867-4"]'}`,
        ]
      : []),
    ...(random.chance(0.2)
      ? [`category: ${random.pick(['["survey"]', '["vital-signs", "laboratory"]'])}`]
      : []),
    ...(random.chance(0.2) ? [`period: {start: $${drawing.variable('instant', false)}}`] : []),
    ...(random.chance(0.15)
      ? ['period: {start: "2025-03-30T02:00:00+01:00", end: "2026-01-01T00:00:00+01:00"}']
      : []),
    ...(random.chance(0.3)
      ? [
          `status: ${random.pick(['[FINAL]', '[FINAL, ENTERED_IN_ERROR]', '[AMENDED, CORRECTED]', '[ENTERED_IN_ERROR, CANCELLED]'])}`,
        ]
      : []),
    ...(random.chance(0.25) ? [`last: ${random.pick([1, 2, 5, 20])}`] : []),
    ...(random.chance(0.1) ? ['abnormalOnly: true'] : []),
    ...(random.chance(0.15) ? [`sources: $${drawing.variable('sources', false)}`] : []),
  ]
  const once = parts.filter(
    (part, index) =>
      parts.findIndex((other) => other.split(':')[0] === part.split(':')[0]) === index,
  )
  return `{${once.join(', ')}}`
}

function planFilterOf(drawing: Drawing): string {
  const { random } = drawing
  if (random.chance(0.4)) return `$${drawing.variable('planFilter', false)}`
  const parts = [
    ...(random.chance(0.4)
      ? [`kind: ${random.pick(['[SELF_TREATMENT]', '[TREATMENT, VISIT]', '[OTHER]'])}`]
      : []),
    ...(random.chance(0.2) ? ['period: {start: "2025-06-01T00:00:00+02:00"}'] : []),
    ...(random.chance(0.4)
      ? [`status: ${random.pick(['[ACTIVE]', '[DRAFT, ON_HOLD]', '[ENTERED_IN_ERROR, REVOKED]'])}`]
      : []),
    ...(random.chance(0.15) ? [`sources: $${drawing.variable('sources', false)}`] : []),
  ]
  return `{${parts.join(', ')}}`
}

/** Codes and units that allow a trend. */
const CURVES = [
  ['http://loinc.org|8867-4', ['/min']],
  ['http://snomed.info/sct|27113001', ['kg', 'g']],
  ['urn:oid:2.16.578.1.12.4.1.1.7280|NPU02187', ['mmol/L', 'mg/dL']],
  ['http://loinc.org|8310-5', ['Cel', '[degF]']],
  ['http://loinc.org|59408-5', ['%']],
  ['http://loinc.org|8480-6', ['mm[Hg]', 'kPa']],
] as const

const PERIODS = {
  HOUR: [
    ['2025-10-20T00:00:00Z', '2025-11-02T00:00:00+01:00'],
    ['2026-02-20T07:31:00+01:00', '2026-03-15T00:00:00Z'],
  ],
  DAY: [['2025-09-01T00:00:00+02:00', '2026-04-01T00:00:00Z']],
  WEEK: [['2025-06-01T00:00:00+02:00', '2026-03-13T12:00:00Z']],
  MONTH: [
    ['2024-01-01T00:00:00Z', '2026-04-01T00:00:00Z'],
    ['1969-01-01T00:00:00Z', '1972-01-01T00:00:00+01:00'],
    ['2025-10-26T00:30:00Z', '2026-03-14T12:00:00Z'],
  ],
} as const

const ZONES = ['Europe/Oslo', 'UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']

/** Arguments of `observationTrend`: a code and a unit that belong together, and no more buckets than there may be. */
export function trendArguments({ random }: Drawing): string {
  const [code, units] = random.pick(CURVES)
  const bucket = random.pick(['HOUR', 'DAY', 'DAY', 'WEEK', 'MONTH'] as const)
  const [start, end] = random.pick<readonly [string, string]>(PERIODS[bucket])
  const zone = random.chance(0.5) ? `, timeZone: "${random.pick(ZONES)}"` : ''
  return `(code: "${code}", period: {start: "${start}", end: "${end}"}, bucket: ${bucket}, unit: "${random.pick<string>(units)}"${zone})`
}

export function latestArguments(drawing: Drawing): string {
  if (drawing.random.chance(0.6)) return `(codes: $${drawing.variable('latest', true)})`
  return '(codes: ["http://loinc.org|8867-4", "http://snomed.info/sct|27113001", "http://example.org/own|x-1"])'
}

/** What becomes of an answer with something missing: seldom, as most answers would be refused. */
export function policyArguments(drawing: Drawing): string {
  const { random } = drawing
  const args = [
    ...(random.chance(0.08)
      ? [
          `completion: ${random.chance(0.5) ? `$${drawing.variable('completion', false)}` : 'ALL_OR_ERROR'}`,
        ]
      : []),
    ...(random.chance(0.05) ? [`mandatorySources: $${drawing.variable('sources', false)}`] : []),
    ...(random.chance(0.08) ? [`sources: $${drawing.variable('sources', false)}`] : []),
    ...(random.chance(0.08) ? [`excludeSources: $${drawing.variable('sources', false)}`] : []),
  ]
  return args.map((text) => `, ${text}`).join('')
}
