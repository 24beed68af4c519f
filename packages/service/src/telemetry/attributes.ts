import { redactNumbers } from '../redact.js'
import { type AttributeName, type Attributes, attributes } from './allowed.js'

export type Told = Partial<Record<AttributeName, string | number>>

/** What of it is on the list and has its form. The rest is dropped: telemetry never fails a request, and never tells more. */
export function allowed(given: Attributes): Told {
  const told: Told = {}
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && isAllowed(name, value)) told[name as AttributeName] = value
  }
  return told
}

function isAllowed(name: string, value: unknown): boolean {
  if (!Object.hasOwn(attributes, name)) return false
  const { form } = attributes[name as AttributeName]
  if (form === 'count') return Number.isSafeInteger(value) && Number(value) >= 0
  return typeof value === 'string' && form.test(value) && redactNumbers(value) === value
}

/** Those of the names that are there. */
export function pick(told: Told, names: readonly AttributeName[]): Told {
  return Object.fromEntries(
    names.flatMap((name) => (told[name] === undefined ? [] : [[name, told[name]]])),
  )
}
