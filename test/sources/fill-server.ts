import type { Population } from './facts.js'

/** Puts a population into a FHIR server, subjects by reference; answers the id that each fact got. */
export async function fillServer(
  { patients, facts, organization }: Population,
  create: (resource: object, text: string) => Promise<string>,
): Promise<(key: string) => string> {
  const people = new Map<string, string>()
  for (const { identifier, resource } of patients) {
    people.set(identifier.value, await create(resource, JSON.stringify(resource)))
  }
  const ids = new Map<string, string>()
  for (const { key, resource, patient } of facts) {
    const subject = JSON.stringify({ reference: `Patient/${people.get(patient.value)}` })
    const text = `${resource.slice(0, -1)},"subject":${subject}}`
    ids.set(key, `${organization}.${await create(JSON.parse(text) as object, text)}`)
  }
  return (key) => ids.get(key) ?? ''
}
