import { patients, personas } from '@kilde/people'

const validity = { from: '2024-01-01T00:00:00Z' } as const

const identifierOf = (key: string): string => {
  const persona = personas.find((one) => one.key === key)
  if (!persona) throw new RangeError(`there is no persona ${key}`)
  return persona.pid
}

const parent = { identifier: identifierOf('parent'), kind: 'PARENT', validity } as const
const proxy = { identifier: identifierOf('proxy'), kind: 'POWER_OF_ATTORNEY', validity } as const

/** Who represents whom. */
const representatives: Readonly<Record<string, readonly object[]>> = {
  [patients.child.identifier]: [parent],
  [patients.youth.identifier]: [parent],
  [patients.diabetes.identifier]: [proxy],
}

/** Base data of the demo's persons, as the privacy service takes them: who is how old, and who represents whom. */
export const basePeople: readonly object[] = [
  ...Object.values(patients).map(({ identifier, birthDate }) => ({
    identifier,
    birthDate,
    representatives: representatives[identifier] ?? [],
  })),
  { identifier: identifierOf('parent'), birthDate: '1981-12-02' },
  { identifier: identifierOf('proxy'), birthDate: '1983-04-26' },
]
