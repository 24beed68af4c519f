import { type Persona, personas } from '@kilde/people'
import { CliError } from './errors.js'

/** @throws CliError `PERSONA_UNKNOWN`, listing those that exist */
export function findPersona(key: string): Persona {
  const persona = personas.find((one) => one.key === key)
  if (persona) return persona
  const known = personas.map((one) => one.key).join(', ')
  throw new CliError('PERSONA_UNKNOWN', { text: `There is no such persona; there are: ${known}.` })
}
