import { demoStories } from '@kilde/demo'
import { patients } from '@kilde/people'
import type { Bundle } from 'fhir/r4.js'
import { canary, holders, patient } from './canaries.js'

/** Elements that hold what somebody wrote, whatever the resource. */
const WRITTEN: readonly string[] = [
  ...['text', 'display', 'description', 'title', 'comment', 'detail', 'name', 'serialNumber'],
  ...['valueString', 'detailString', 'scheduledString', 'contentString', 'authorString'],
]
const PEOPLE: readonly string[] = Object.values(patients).map(({ identifier }) => identifier)

interface CanaryStory {
  readonly holder: (typeof holders)[number]
  readonly bundle: Bundle
}

/**
 * What the demo has of every class of data that is no measurement, as if it were the canary patient's and each text of it a canary: a
 * class that comes later is taken up with its story.
 */
export function canaryStories(until: Date): readonly CanaryStory[] {
  let number = 0
  const rewrite = (value: unknown, name = ''): unknown => {
    if (Array.isArray(value)) return value.map((one) => rewrite(one, name))
    if (typeof value === 'string') return rewriteText(value, name)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([member, one]) => [member, rewrite(one, member)]),
    )
  }
  const rewriteText = (text: string, name: string): string => {
    if (PEOPLE.includes(text)) return patient.identifier
    if (name === 'div') return text.replace(/>[^<]+</g, `>${canary(name, number++)}<`)
    return WRITTEN.includes(name) ? canary(name, number++) : text
  }
  return demoStories(until).flatMap(({ organization, bundle }) =>
    holders.flatMap((holder) =>
      holder === organization ? [{ holder, bundle: rewrite(bundle) as Bundle }] : [],
    ),
  )
}
