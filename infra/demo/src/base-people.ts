import { patients, personas } from '@kilde/people'

const FROM = '2024-01-01T00:00:00Z'

const identifierOf = (key: string): string => {
  const persona = personas.find((one) => one.key === key)
  if (!persona) throw new RangeError(`there is no persona ${key}`)
  return persona.pid
}

const parent = { identifier: identifierOf('parent'), kind: 'PARENT', validity: { from: FROM } }

/** Base data of the demo's persons, as the privacy service takes them: who is how old, and who is whose parent. */
export const basePeople: readonly object[] = [
  ...Object.values(patients).map(({ identifier, birthDate }) => ({
    identifier,
    birthDate,
    representatives: [patients.child.identifier, patients.youth.identifier].some(
      (child) => child === identifier,
    )
      ? [parent]
      : [],
  })),
  { identifier: identifierOf('parent'), birthDate: '1981-12-02' },
  { identifier: identifierOf('proxy'), birthDate: '1983-04-26' },
]
