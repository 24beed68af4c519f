import { z } from 'zod'
import type { SourceName } from '../source.js'
import type { StoreKeys } from './keys.js'
import { open, seal } from './seal.js'
import type { NameTable } from './tables.js'

type NameOf = Pick<NameTable, 'patient' | 'use'>

const placeOf = ({ patient, use }: NameOf): string => `name|${patient}|${use}`

const written = z.object({
  text: z.string(),
  family: z.string().nullable(),
  given: z.array(z.string()),
})

export function sealName(
  keys: StoreKeys,
  of: NameOf,
  { text, family, given }: Omit<SourceName, 'recordedMs'>,
): Buffer {
  return seal(keys, placeOf(of), JSON.stringify({ text, family: family ?? null, given }))
}

/** @throws Unopened, ZodError */
export function openName(keys: StoreKeys, name: NameTable): SourceName {
  const { text, family, given } = written.parse(JSON.parse(open(keys, placeOf(name), name.sealed)))
  return {
    ...{ text, given, recordedMs: name.recorded_ms },
    ...(family !== null && { family }),
    ...(name.use !== '' && { use: name.use }),
  }
}
