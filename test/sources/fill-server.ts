import type { Population } from './facts.js'

/** Puts a population into a FHIR server, subjects by reference; answers the id that each fact got. */
export async function fillServer(
  { patients, facts, plans, organization }: Population,
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
  for (const { key, parts, resource, patient } of plans) {
    const subject = JSON.stringify({ reference: `Patient/${people.get(patient.value)}` })
    const add = async (type: string, content: string): Promise<string> => {
      const text = `${content.slice(0, -1)},"subject":${subject}}`
      return `${type}/${await create(JSON.parse(text) as object, text)}`
    }
    let text = resource
    for (const part of parts) {
      text = text.replaceAll(`"@${part.key}"`, `"${await add(part.type, part.resource)}"`)
    }
    ids.set(key, `${organization}.${(await add('CarePlan', text)).split('/')[1]}`)
    // A condition that belongs to no plan: nobody may ask for it.
    await add('Condition', '{"resourceType":"Condition","code":{"text":"annet"}}')
  }
  return (key) => ids.get(key) ?? ''
}
