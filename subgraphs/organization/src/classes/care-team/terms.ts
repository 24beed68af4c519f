import { z } from 'zod'
import { text } from '../../map/elements.js'
import type { TeamElements } from './elements.js'

/**
 * What a patient can expect of who follows up. FHIR R4 has no element for it: an extension of our own (docs/care-teams.md), of the
 * team as a whole.
 */
export const TERMS = 'https://specs.kilde.example/fhir/follow-up-terms'

const part = z.looseObject({
  url: text,
  valueString: text.optional(),
  valueDuration: z
    .object({
      value: z.union([z.string(), z.number()]).transform(String).optional(),
      unit: text.optional(),
      code: text.optional(),
    })
    .optional(),
})
type Part = z.infer<typeof part>
const parts = z.array(part.extend({ extension: z.array(part).optional() }))

export interface Terms {
  readonly hours: readonly string[]
  readonly expectedResponse: readonly {
    readonly about: string | undefined
    readonly text: string
    readonly minutes: number | undefined
  }[]
  readonly escalation: readonly string[]
  readonly stopCriteria: readonly string[]
}

/** @throws where the extension is not what its page says: a term that cannot be read must not be missing unseen */
export function termsOf({ extension = [] }: TeamElements): Terms | undefined {
  const found = extension.filter(({ url }) => url === TERMS)
  if (found.length === 0) return undefined
  const all = found.flatMap((one) => parts.parse(one['extension'] ?? []))
  const words = (url: string) =>
    all.flatMap((one) => (one.url === url && one.valueString !== undefined ? one.valueString : []))
  return {
    hours: words('hours'),
    expectedResponse: all.flatMap((one) =>
      one.url === 'expectedResponse' ? responseOf(one.extension ?? []) : [],
    ),
    escalation: words('escalation'),
    stopCriteria: words('stopCriterion'),
  }
}

function responseOf(members: readonly Part[]): Terms['expectedResponse'] {
  const about = members.find(({ url }) => url === 'about')?.valueString
  const within = members.find(({ url }) => url === 'within')
  const { value, unit, code } = within?.valueDuration ?? {}
  const duration = value === undefined ? undefined : `${value} ${unit ?? code ?? ''}`.trim()
  const said = within?.valueString ?? duration
  return said === undefined ? [] : [{ about, text: said, minutes: minutesOf(value, code) }]
}

/** Units of time in UCUM. */
const MINUTES: Readonly<Record<string, number>> = { min: 1, h: 60, d: 1_440, wk: 10_080 }

function minutesOf(value: string | undefined, code: string | undefined): number | undefined {
  const minutes = Number(value) * (MINUTES[code ?? ''] ?? Number.NaN)
  return Number.isSafeInteger(minutes) ? minutes : undefined
}
