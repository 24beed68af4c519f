import { compileShapeCheck, type Intake, ingest } from '@kilde/organization/sources'
import type { Population } from './facts.js'

/** Sends a population to a store as a system does, in a Bundle; answers which row each fact became. */
export async function fillStore(
  store: Intake,
  { organization, patients, facts }: Population,
): Promise<(key: string) => string> {
  const named = patients.map(({ resource }) => JSON.stringify(resource))
  const rows = facts.map(({ resource, patient }) => {
    const subject = JSON.stringify({ identifier: patient })
    return `${resource.slice(0, -1)},"subject":${subject}}`
  })
  const entries = [...named, ...rows].map(
    (resource, index) =>
      `{"request":{"method":"POST","url":"x"},"fullUrl":"urn:uuid:${index}","resource":${resource}}`,
  )
  const body = Buffer.from(
    `{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`,
  )
  const checkShape = compileShapeCheck()
  const { bundle } = await ingest(body, { organization, store, checkShape, now: Date.now })
  const answers = (bundle.entry ?? []).slice(named.length)
  const ids = new Map(
    facts.map(({ key }, index) => {
      const local = /Observation\/([^/]+)/.exec(answers[index]?.response?.location ?? '')?.[1]
      return [key, `${organization}.${local}`]
    }),
  )
  return (key) => ids.get(key) ?? ''
}
