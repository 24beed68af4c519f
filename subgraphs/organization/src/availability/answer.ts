import type { Holds } from '@kilde/locate'
import type { Minimised, Read } from '../path/stage.js'

/** Says of each class yes, no, or unknown, and nothing else. */
export function createAnswerAvailability(
  organization: string,
  now: () => number,
): (request: Read) => Minimised {
  const context = {
    ...{ organization, system: '', patientDigest: '', withoutPlaces: false },
    catalogueAge: { confirmedAtMs: 0, stale: true },
    nameOf: () => undefined,
  }
  return (request) => {
    const asOf = new Date(now()).toISOString()
    const availability = [...request.found.values()].flatMap((field) => {
      const { items } = field.part(context).content([]) as { readonly items: readonly Said[] }
      return items.map(({ dataClass, holds }) => ({ dataClass, holds }))
    })
    return { ...request, text: JSON.stringify({ asOf, availability }), items: [], partial: false }
  }
}

interface Said {
  readonly dataClass: string
  readonly holds: Holds
}
