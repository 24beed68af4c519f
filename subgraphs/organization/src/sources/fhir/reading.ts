import type { PatientIdentifier } from '@kilde/contract'
import type { Observation } from 'fhir/r4.js'
import type { ShapeCheck } from '../../ingest/fhir-schema.js'
import type { ProfileCheck } from '../../ingest/profiles/profile-check.js'
import { neighboursOf } from '../../ingest/references.js'
import type { HeldRow } from '../rows/held-row.js'
import type { Abilities, KnownAbilities } from './abilities.js'
import type { FoundEntry } from './bundle.js'
import { FhirFault } from './fault.js'
import { paramsOf, type Wanted } from './parameters.js'
import { type Budget, type SearchParts, search } from './search.js'
import { findSubject, type Subject } from './subject.js'
import { type RowContext, toRow } from './to-row.js'

export interface ReadingParts extends SearchParts {
  readonly abilities: KnownAbilities
  readonly organization: string
  readonly checkShape: ShapeCheck
  readonly checkProfiles: ProfileCheck
  readonly now: () => number
}

export interface ReadingContext extends RowContext {
  /** Base addresses of the server, as it may write them into references. */
  readonly addresses: readonly string[]
}

/** What is read for one question, search by search. */
export class Reading {
  readonly nowMs: number
  readonly budget: Budget
  readonly #parts: ReadingParts
  readonly #patient: PatientIdentifier
  readonly #signal: AbortSignal
  readonly #rows = new Map<string, HeldRow>()
  readonly #unusable = new Set<string>()
  #abilities: Abilities | undefined
  #subject: Subject | undefined
  #nameless = 0
  #anything = false

  constructor(parts: ReadingParts, patient: PatientIdentifier, signal: AbortSignal) {
    const { rows, pages, bytes } = parts.server.limits
    this.nowMs = parts.now()
    this.budget = { rows, pages, bytes }
    this.#parts = parts
    this.#patient = patient
    this.#signal = signal
  }

  /** Every row that was read, in no order. */
  get rows(): readonly HeldRow[] {
    return [...this.#rows.values()]
  }

  /** Rows that came and cannot be believed or read, and records that are not the patient's. */
  get dropped(): number {
    return this.#unusable.size + this.#nameless + (this.#subject?.strangers ?? 0)
  }

  /** Whether the server knows the patient; where it is asked by number alone, whether anything came. */
  get known(): boolean {
    return (this.#subject?.patients.length ?? 0) > 0 || this.#anything
  }

  /** The server's own ids of those of these rows that can be its. */
  ownIds(ids: readonly string[]): readonly string[] {
    const { organization, server } = this.#parts
    const start = `${organization}.${server.idPrefix ?? ''}`
    return ids.flatMap((id) => (id.startsWith(start) ? [id.slice(start.length)] : []))
  }

  /** Whether records of the patient are missing, and so their rows, whatever else was read. */
  get isPartial(): boolean {
    return this.#subject?.complete === false
  }

  async abilities(): Promise<Abilities> {
    this.#abilities ??= await this.#parts.abilities.current(this.#signal)
    return this.#abilities
  }

  async subject(): Promise<Subject> {
    this.#subject ??= await findSubject(
      this.#parts,
      await this.abilities(),
      this.#patient,
      this.budget,
      this.#signal,
    )
    return this.#subject
  }

  /** Searches with what the server can; answers whether everything that is wanted came. @throws FhirFault */
  async search(
    wanted: Wanted,
    {
      pages,
      besides = [],
    }: { pages?: number; besides?: readonly (readonly [string, string])[] } = {},
  ): Promise<boolean> {
    const abilities = await this.abilities()
    // The settings know better than the server what its Observations are searched by.
    const { patientBy } = this.#parts.server
    const param = (await this.subject()).param(new Set([...abilities.observation, patientBy]))
    if (!param) return true
    const { includes } = abilities
    const included = INCLUDED.filter((one) => includes.has(one)).map(
      (one) => ['_include', one] as const,
    )
    // Only a hint, see `gather`; of a search that is read to its end it would be in vain.
    const isHint = pages !== undefined && !this.#parts.server.without.includes('_sort')
    const sorted = isHint ? ([['_sort', '-date']] as const) : []
    const { pages: found, complete } = await search(
      this.#parts,
      {
        type: 'Observation',
        params: [
          ...[param, ...paramsOf(wanted, abilities), ...besides, ...included, ...sorted],
          ['_count', String(this.#parts.server.limits.pageRows)],
        ],
        number: this.#patient.value,
        strict: besides.length > 0,
        ...(pages !== undefined && { pages }),
      },
      this.budget,
      this.#signal,
    )
    for (const page of found) await this.#take(page)
    return complete
  }

  /** Resources of another type, and what came with them, unchecked. @throws FhirFault */
  async find(
    type: string,
    params: readonly (readonly [string, string])[],
  ): Promise<{ readonly entries: readonly FoundEntry[]; readonly complete: boolean }> {
    const count = ['_count', String(this.#parts.server.limits.pageRows)] as const
    const wanted = { type, params: [...params, count], number: this.#patient.value }
    const { pages, complete } = await search(this.#parts, wanted, this.budget, this.#signal)
    return { entries: pages.flat(), complete }
  }

  /** What resources of other types are read by. */
  get context(): ReadingContext {
    const { organization, checkShape, checkProfiles, server } = this.#parts
    const addresses = [server.url, ...server.alsoAt]
    const { idPrefix = '' } = server
    return {
      ...{ organization, checkShape, checkProfiles, idPrefix, addresses },
      ...{ patient: this.#patient, nowMs: this.nowMs },
    }
  }

  /** Dates are not searched by any more, for this question and those that follow: the server did not understand one. */
  withoutDates(): void {
    this.#parts.abilities.without('date')
    if (!this.#abilities) return
    const { observation, ...rest } = this.#abilities
    this.#abilities = {
      ...rest,
      observation: new Set([...observation].filter((one) => one !== 'date')),
    }
  }

  async #take(entries: readonly FoundEntry[]): Promise<void> {
    const neighbours = neighboursOf(entries)
    const subject = await this.subject()
    const { organization, checkShape, checkProfiles, server } = this.#parts
    const { idPrefix = '' } = server
    const context = {
      checkProfiles,
      organization,
      idPrefix,
      checkShape,
      patient: this.#patient,
      nowMs: this.nowMs,
    }
    for (const entry of entries) {
      if (!entry.isMatch) continue
      const { id } = entry.resource
      const observation = entry.resource as unknown as Observation
      const isOwn = safely(() => subject.owns(observation, neighbours)) ?? false
      const row = isOwn ? safely(() => toRow(entry, neighbours, context)) : undefined
      if (isOwn) this.#anything = true
      if (row) this.#rows.set(row.id, row)
      else if (typeof id === 'string') this.#unusable.add(id)
      else this.#nameless++
    }
  }
}

const INCLUDED = [
  'Observation:device',
  'Observation:performer',
  'Observation:patient',
  'Observation:subject',
]

/** One resource of any form at all: what cannot be read of it makes it unusable, and nothing else. */
function safely<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof FhirFault) throw error
    return undefined
  }
}
