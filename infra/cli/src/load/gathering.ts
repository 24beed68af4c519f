import { MOST_CHARACTERS, MOST_ENTRIES, type Origin, type Part } from './part.js'
import { batchOf } from './split-bundle.js'

/** Single Observations on their way into a batch. */
export interface Gathering {
  isEmpty(): boolean
  hasRoom(resource: string): boolean
  /** `id`: the sender's own, where it has one. */
  add(resource: string, id: string | undefined, origin: Origin): void
  /** The batch of what was gathered, which begins anew. */
  take(bytesRead: number): Part
}

export function createGathering(): Gathering {
  let entries: string[] = []
  let origins: Origin[] = []
  let characters = 0
  return {
    isEmpty: () => entries.length === 0,
    hasRoom: (resource) =>
      entries.length === 0 ||
      (entries.length < MOST_ENTRIES && characters + resource.length <= MOST_CHARACTERS),
    add(resource, id, origin) {
      entries.push(entryText(resource, id))
      origins.push(origin)
      characters += resource.length
    },
    take(bytesRead) {
      const part: Part = { kind: 'part', body: batchOf(entries), origins, bytesRead }
      entries = []
      origins = []
      characters = 0
      return part
    },
  }
}

const ID = /^[A-Za-z0-9.-]{1,64}$/

/** FHIR wants every entry of a batch to say what is to be done. Under the sender's own id, sending again changes nothing. */
function entryText(resource: string, id: string | undefined): string {
  const request =
    id !== undefined && ID.test(id)
      ? { method: 'PUT', url: `Observation/${id}` }
      : { method: 'POST', url: 'Observation' }
  return `{"resource":${resource.trim()},"request":${JSON.stringify(request)}}`
}
