import { createHash } from 'node:crypto'
import { type Persona, personas } from '@kilde/people'

/** The pseudonym that tokens carry as `sub`: of the persona's key, since a digest of an identity number is easily undone. */
export function subjectOf(persona: Persona): string {
  return createHash('sha256')
    .update(`kilde persona ${persona.key}`)
    .digest('base64url')
    .slice(0, 24)
}

const bySubject = new Map(personas.map((persona) => [subjectOf(persona), persona]))

export function personaBySubject(subject: string): Persona | undefined {
  return bySubject.get(subject)
}

export function personaByKey(key: string): Persona | undefined {
  return personas.find((persona) => persona.key === key)
}
