import type { PatientIdentifier } from '@kilde/contract'
import { classNames } from '../classes/index.js'
import type { Opening } from '../policy/openings.js'
import { restrict } from '../sources/restrict.js'
import type { Source } from '../sources/source.js'
import type { LogReader } from './access-log.js'

/** What the reader of a log may see of the data that it tells of: a log shows no more of them than the data's own fields do. */
export interface Sight {
  readonly reader: LogReader
  /** Whether anything of a class of data is open to the reader. */
  sees(dataClass: string): boolean
  /** Whether a row may be shown, for each of these that is held of the patient. */
  shown(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, boolean>>
}

export interface SightParts {
  readonly reader: LogReader
  /** What is open of each class; absent: nothing. */
  readonly openings: ReadonlyMap<string, Opening>
  readonly patient: PatientIdentifier
  readonly source: Source
  /** Organisation number of this node. */
  readonly organization: string
}

/** Classes whose rows are named in logs. */
const ROWS = ['Observation', ...classNames]
/** Most ids of one look-up. */
const MOST_IDS = 1_000

/** For one request: what was looked up once is not looked up again. */
export function sightOf(parts: SightParts): Sight {
  const { reader, openings, patient, organization } = parts
  const readable = ROWS.flatMap((name) => {
    const opening = openings.get(name)
    return opening ? [{ name, source: restrict(parts.source, opening, organization).source }] : []
  })
  const lookUp = async (ids: readonly string[], signal: AbortSignal) => {
    const found = readable.map(({ name, source }) =>
      source.shown({ patient, ids, ...(name !== 'Observation' && { class: name }) }, signal),
    )
    return new Map((await Promise.all(found)).flatMap((one) => [...one]))
  }
  const known = new Map<string, boolean | undefined>()
  return {
    reader,
    sees: (dataClass) => openings.has(dataClass),
    async shown(ids, signal) {
      if (readable.length === 0) return new Map(ids.map((id) => [id, false]))
      const wanted = ids.filter((id) => !known.has(id))
      for (let from = 0; from < wanted.length; from += MOST_IDS) {
        const some = wanted.slice(from, from + MOST_IDS)
        const found = await lookUp(some, signal)
        for (const id of some) known.set(id, found.get(id))
      }
      return new Map(
        ids.flatMap((id) => {
          const open = known.get(id)
          return open === undefined ? [] : [[id, open] as const]
        }),
      )
    },
  }
}
