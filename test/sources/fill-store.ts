import { compileShapeCheck, type Intake, ingest } from '@kilde/organization/sources'
import type { Population } from './facts.js'

/** Sends a population to a store as a system does, in a Bundle; answers which row each fact became. */
export async function fillStore(
  store: Intake,
  { organization, patients, facts, plans }: Population,
): Promise<(key: string) => string> {
  const named = patients.map(({ resource }) => JSON.stringify(resource))
  const rows = facts.map(({ resource, patient }) => {
    const subject = JSON.stringify({ identifier: patient })
    return `${resource.slice(0, -1)},"subject":${subject}}`
  })
  const entries = [...named, ...rows].map((resource, index) => entry(String(index), resource))
  const planned = plans.flatMap(({ key, resource, parts, patient }) => {
    const subject = JSON.stringify({ identifier: patient })
    return [{ key, resource }, ...parts].map((one) => {
      const text = one.resource.replaceAll('"@', '"urn:uuid:')
      return entry(one.key, `${text.slice(0, -1)},"subject":${subject}}`)
    })
  })
  const body = Buffer.from(
    `{"resourceType":"Bundle","type":"transaction","entry":[${[...entries, ...planned].join(',')}]}`,
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
  let place = facts.length
  for (const { key, parts } of plans) {
    const local = /CarePlan\/([^/]+)/.exec(answers[place]?.response?.location ?? '')?.[1]
    ids.set(key, `${organization}.${local}`)
    place += 1 + parts.length
  }
  return (key) => ids.get(key) ?? ''
}

const entry = (uuid: string, resource: string): string =>
  `{"request":{"method":"POST","url":"x"},"fullUrl":"urn:uuid:${uuid}","resource":${resource}}`
