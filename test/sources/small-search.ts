import type { Coding, Identifier, Observation, Patient, Reference } from 'fhir/r4.js'

export interface Resource {
  readonly type: string
  readonly id: string
  readonly text: string
  readonly content: Observation & Pick<Patient, 'identifier'>
}

const DAY_MS = 86_400_000
/** What may always be asked for. */
const ALWAYS = ['identifier', '_id', 'patient.identifier']

/** Whether a resource is found by a search; parameters that the server does not have are left out, as FHIR has it. */
export function matches(
  { id, content }: Resource,
  form: URLSearchParams,
  parameters: readonly string[],
): boolean {
  return [...form].every(([name, value]) => {
    const [plain = '', modifier] = name.split(':')
    if (!parameters.includes(plain) && !ALWAYS.includes(plain)) return true
    const values = value.split(',')
    switch (plain) {
      case '_id':
        return values.includes(id)
      case 'identifier':
        return values.some((token) => hasIdentifier(content.identifier, token))
      case 'patient.identifier':
        return values.some((token) => hasIdentifier([content.subject?.identifier ?? {}], token))
      case 'patient':
      case 'subject':
        return values.includes(content.subject?.reference ?? '')
      case 'status':
        return values.includes(content.status)
      case 'category':
        return (content.category ?? []).some(({ coding }) => isCoded(coding, values))
      case 'combo-code':
        return [content.code, ...(content.component ?? []).map(({ code }) => code)].some(
          ({ coding }) => isCoded(coding, values),
        )
      case 'focus':
        return values.includes((content as { readonly focus?: Reference }).focus?.reference ?? '')
      case '_security':
        return isCoded(content.meta?.security, values)
      case 'date':
        return modifier === 'missing' ? rangeOf(content) === undefined : isDated(content, value)
      default:
        return true
    }
  })
}

function hasIdentifier(identifiers: readonly Identifier[] = [], token: string): boolean {
  const [first, second] = token.split('|')
  return identifiers.some(({ system, value }) =>
    second === undefined ? value === first : system === first && value === second,
  )
}

const isCoded = (coding: readonly Coding[] = [], values: readonly string[]): boolean =>
  coding.some(({ system = '', code = '' }) =>
    [`${system}|${code}`, code, `${system}|`].some((form) => values.includes(form)),
  )

/** When it was measured, from and until, a day in UTC: another zone than ours. */
function rangeOf({
  effectiveDateTime,
  effectivePeriod,
}: Observation): readonly [number, number] | undefined {
  if (effectivePeriod) {
    return [Date.parse(effectivePeriod.start ?? ''), Date.parse(effectivePeriod.end ?? '')]
  }
  if (effectiveDateTime === undefined) return undefined
  const start = Date.parse(effectiveDateTime)
  return [start, effectiveDateTime.includes('T') ? start : start + DAY_MS - 1]
}

function isDated(content: Observation, value: string): boolean {
  const range = rangeOf(content)
  const at = Date.parse(value.slice(2))
  if (!range) return false
  return value.startsWith('ge') ? range[1] >= at : range[0] < at
}
