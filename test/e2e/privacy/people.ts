import { patients, personas } from '@kilde/people'

type Person = keyof typeof patients | 'parent' | 'proxy'

/** What base data [grunndata] are to say beside who is how old. */
export interface BaseData {
  /** Whose addresses are confidential. */
  readonly confidential: readonly Person[]
  /** Who is represented: the child by the parent, the patient with diabetes by power of attorney. */
  readonly represented: readonly ('child' | 'diabetes')[]
  /** Whom base data do not know. Default: they know everybody. */
  readonly unknown?: readonly Person[]
}

const pidOf = (key: 'parent' | 'proxy'): string => {
  const found = personas.find((one) => one.key === key)
  if (!found) throw new RangeError(`there is no persona ${key}`)
  return found.pid
}

const validity = { from: '2024-01-01T00:00:00Z' } as const
const represents = {
  child: { identifier: pidOf('parent'), kind: 'PARENT', validity },
  diabetes: { identifier: pidOf('proxy'), kind: 'POWER_OF_ATTORNEY', validity },
} as const

/** Setting KILDE_PRIVACY_PEOPLE of the privacy service. */
export function basePeople({ confidential, represented, unknown = [] }: BaseData): string {
  const person = (key: Person, identifier: string, birthDate: string) => ({
    ...{ identifier, birthDate, addressConfidential: confidential.includes(key) },
    representatives: represented.flatMap((one) => (one === key ? [represents[one]] : [])),
  })
  return JSON.stringify([
    ...(Object.keys(patients) as (keyof typeof patients)[])
      .filter((key) => !unknown.includes(key))
      .map((key) => person(key, patients[key].identifier, patients[key].birthDate)),
    person('parent', pidOf('parent'), '1981-12-02'),
    person('proxy', pidOf('proxy'), '1983-04-26'),
  ])
}
