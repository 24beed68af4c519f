import type { ResourceClass } from '../../classes/resource-class.js'
import { neighboursOf } from '../../ingest/references.js'
import type { SearchAbilities } from './abilities.js'
import type { FoundEntry } from './bundle.js'
import { FhirFault } from './fault.js'
import type { Reading } from './reading.js'
import { referencesIn } from './references-in.js'

/** What was found for a class: its rows, and what they refer to, as far as both are the patient's. */
export interface FoundResources {
  readonly entries: readonly FoundEntry[]
  /** Records of other people that came as rows, or as a part of them. */
  readonly strangers: number
  /** Whether that is all. */
  readonly complete: boolean
}

/** Parts of parts are looked for, and no further: a hand-over’s role, whose it is, and for which organisation. */
const ROUNDS = 3
/** Ids in one search. */
const CHUNK = 100

/** FHIR type of a class's rows. */
export const rowTypeOf = ({ name, intake }: ResourceClass): string =>
  intake.types.includes(name) ? name : (intake.types[0] ?? name)

/**
 * The patient's resources of a class: rows by patient, and what they refer to by `_include` where the server has it, else by id.
 * Nothing is asked for that no row refers to: a patient's other conditions are none of its business.
 * @throws FhirFault
 */
export async function gatherClass(reading: Reading, kind: ResourceClass): Promise<FoundResources> {
  const { types } = await reading.abilities()
  const known = rowTypesOf(kind).filter((type) => types.has(type))
  if (known.length === 0) return { entries: [], strangers: 0, complete: true }
  // How its parts hang together is not known: without some of them it would pass for whole.
  if (!kind.search) return { entries: [], strangers: 0, complete: false }
  const found = new Found(reading, kind)
  for (const type of known) await found.ofPatient(type)
  for (const { type: of, by } of kind.search.reverse ?? []) await found.lookBack(of, by)
  for (let round = 0; round < ROUNDS; round++) {
    const missing = found.missing()
    if (missing.size === 0) break
    for (const [of, ids] of missing) await found.look(of, ids)
  }
  return found.end()
}

/** Types that rows may be of. */
const rowTypesOf = (kind: ResourceClass): readonly string[] => [
  rowTypeOf(kind),
  ...(kind.search?.also ?? []),
]

/** `NONE`: the server does not know the patient. Undefined: it cannot be asked by patient. */
async function patientParam(reading: Reading, { parameters }: SearchAbilities) {
  const subject = await reading.subject()
  try {
    return subject.param(parameters) ?? 'NONE'
  } catch (error) {
    if (error instanceof FhirFault) return undefined
    throw error
  }
}

/** Those that lead to types of the class: others would bring what nobody asked for. */
function includesOf(type: string, kind: ResourceClass, { includes }: SearchAbilities) {
  const wanted = kind.search?.includes ?? []
  return wanted
    .map((name) => `${type}:${name}`)
    .filter((name) => includes.has(name))
    .map((name) => ['_include', name] as const)
}

type Missing = Map<string, Set<string>>

class Found {
  readonly #entries = new Map<string, FoundEntry>()
  readonly #asked = new Set<string>()
  readonly #reading: Reading
  readonly #kind: ResourceClass
  #strangers = 0
  #complete = true

  constructor(reading: Reading, kind: ResourceClass) {
    this.#reading = reading
    this.#kind = kind
  }

  /** The patient's resources of one of the types that rows are of. */
  async ofPatient(type: string): Promise<void> {
    const able = (await this.#reading.abilities()).types.get(type)
    const param = able && (await patientParam(this.#reading, able))
    if (param === 'NONE') return
    if (!param) this.#complete = false
    else {
      const includes = includesOf(type, this.#kind, able)
      await this.take(await this.#reading.find(type, [param, ...includes]))
    }
  }

  async take(found: Awaited<ReturnType<Reading['find']>>): Promise<void> {
    const subject = await this.#reading.subject()
    const neighbours = neighboursOf(found.entries)
    this.#complete &&= found.complete
    for (const entry of found.entries) {
      const { resourceType, id } = entry.resource
      if (!this.#kind.intake.types.includes(resourceType)) continue
      if (!isOfNobody(entry) && !subject.owns(aboutOf(entry), neighbours)) this.#strangers++
      else
        this.#entries.set(
          `${resourceType}/${typeof id === 'string' ? id : this.#entries.size}`,
          entry,
        )
    }
  }

  /** What these refer to and has not come yet, by type; canonical addresses under the type that has them. */
  missing(): Missing {
    const missing: Missing = new Map()
    const add = (type: string, name: string): void => {
      const known = `${type}/${name}`
      // All rows of the patient came by patient.
      if (!this.#kind.intake.types.includes(type) || rowTypesOf(this.#kind).includes(type)) return
      if (this.#entries.has(known) || this.#asked.has(known)) return
      this.#asked.add(known)
      missing.set(type, (missing.get(type) ?? new Set()).add(name))
    }
    const { addresses } = this.#reading.context
    for (const { resource } of this.#entries.values()) {
      const { local, canonical } = referencesIn(resource, addresses)
      for (const [type, id] of local) add(type, id)
      for (const url of canonical) add('Questionnaire', url)
    }
    return missing
  }

  async look(type: string, names: ReadonlySet<string>): Promise<void> {
    const able = (await this.#reading.abilities()).types.get(type)
    const [ids, urls] = [[...names].filter(isId), [...names].filter((one) => !isId(one))]
    await this.#search(type, able, '_id', ids)
    await this.#search(
      type,
      able,
      'url',
      urls.map((url) => url.split(/[|#]/)[0] ?? url),
    )
  }

  /** What refers to rows. */
  async lookBack(type: string, by: string): Promise<void> {
    const able = (await this.#reading.abilities()).types.get(type)
    // A server without the type has nothing that refers to anything.
    if (able)
      await this.#search(type, able, by, [...this.#entries.keys()].filter(isRow(this.#kind)))
  }

  async #search(
    type: string,
    able: SearchAbilities | undefined,
    name: string,
    values: readonly string[],
  ): Promise<void> {
    // Servers are known to read commas of a value as several.
    const plain = values.filter((value) => !/[\\,$|]/.test(value))
    if (values.length === 0) return
    if (!able?.parameters.has(name) || plain.length < values.length) this.#complete = false
    if (!able?.parameters.has(name)) return
    for (let at = 0; at < plain.length; at += CHUNK) {
      await this.take(
        await this.#reading.find(type, [[name, plain.slice(at, at + CHUNK).join(',')]]),
      )
    }
  }

  end(): FoundResources {
    return {
      entries: [...this.#entries.values()],
      strangers: this.#strangers,
      complete: this.#complete,
    }
  }
}

const isRow =
  (kind: ResourceClass) =>
  (name: string): boolean =>
    rowTypesOf(kind).some((type) => name.startsWith(`${type}/`))

const isId = (name: string): boolean => /^[A-Za-z0-9.-]{1,64}$/.test(name)

/** A resource of FHIR's about nobody, e.g. a definition or a device: it is shown with rows that name it. */
const isOfNobody = ({ resource }: FoundEntry): boolean => subjectIn(resource) === undefined

/** FHIR's names of whom a resource is about. */
const subjectIn = (resource: FoundEntry['resource']) =>
  resource['subject'] ?? resource['patient'] ?? resource['for']

const aboutOf = ({ resource }: FoundEntry) =>
  ({ ...resource, subject: subjectIn(resource) }) as Parameters<
    Awaited<ReturnType<Reading['subject']>>['owns']
  >[0]
