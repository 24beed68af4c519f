import type { PartHealth } from '@kilde/service'
import { z } from 'zod'
import type { FhirClient } from './client.js'
import { FhirFault } from './fault.js'
import type { FhirServer } from './settings.js'

/** What a server can search by. */
export interface Abilities {
  readonly observation: ReadonlySet<string>
  /** Undefined: it has no Patient to search for. */
  readonly patient: ReadonlySet<string> | undefined
  /** `_include` of an Observation, e.g. `Observation:device`. */
  readonly includes: ReadonlySet<string>
  /** Types of resources that it has, and what each can be searched by. */
  readonly types: ReadonlyMap<string, SearchAbilities>
}

export interface SearchAbilities {
  readonly parameters: ReadonlySet<string>
  /** `_include`, e.g. `CarePlan:goal`. */
  readonly includes: ReadonlySet<string>
}

export interface KnownAbilities {
  /** As told by its CapabilityStatement, not older than the settings allow. @throws FhirFault where none was ever read */
  current(signal: AbortSignal): Promise<Abilities>
  /** From now on a parameter is not used: the server refused it. Until the statement is read again. */
  without(parameter: string): void
  health(): PartHealth
}

/** How often an age goes by before old knowledge is used no more: a server that says nothing may have been replaced. */
const AGES_TO_LIVE = 24

export function createAbilities(
  client: FhirClient,
  server: FhirServer,
  now: () => number,
): KnownAbilities {
  const { declared, capabilityAgeMs } = server
  let known: { abilities: Abilities; readMs: number } | undefined
  let refused = new Set<string>()
  let reading: Promise<void> | undefined
  const read = async (signal: AbortSignal): Promise<void> => {
    const abilities = declared ? declaredBy(server) : await statedBy(client, server, signal)
    known = { abilities, readMs: now() }
    refused = new Set()
  }
  const age = (): number => (known ? now() - known.readMs : Number.POSITIVE_INFINITY)
  return {
    async current(signal) {
      if (age() > capabilityAgeMs) {
        reading ??= read(signal).finally(() => {
          reading = undefined
        })
        await reading.catch((cause: unknown) => {
          if (age() > capabilityAgeMs * AGES_TO_LIVE) throw cause
        })
      }
      if (!known) throw new FhirFault('UNREACHABLE', 'no CapabilityStatement')
      const { observation, ...rest } = known.abilities
      return { ...rest, observation: new Set([...observation].filter((one) => !refused.has(one))) }
    },
    without: (parameter) => void refused.add(parameter),
    // Before the first question nothing is known, and nothing is wrong.
    health: () => ({
      name: server.name,
      code: 'SOURCE_UNREACHABLE',
      ok: !known || age() <= 2 * capabilityAgeMs,
    }),
  }
}

function declaredBy({ declared, without }: FhirServer): Abilities {
  const { observation = [], patient, includes = [], types = [], classes = {} } = declared ?? {}
  const used = (names: readonly string[]) =>
    new Set(names.filter((name) => !without.includes(name)))
  const all = [...types.map((type) => [type, []] as const), ...Object.entries(classes)]
  return {
    observation: used(observation),
    patient: patient && new Set(patient),
    includes: new Set(includes),
    types: new Map(
      all.map(([type, names]) => [type, { parameters: used(names), includes: new Set<string>() }]),
    ),
  }
}

const parameters = z.array(z.object({ name: z.string() })).default([])
const statement = z.object({
  resourceType: z.literal('CapabilityStatement'),
  rest: z
    .array(
      z.object({
        mode: z.string(),
        searchParam: parameters,
        resource: z
          .array(
            z.object({
              type: z.string(),
              searchParam: parameters,
              searchInclude: z.array(z.string()).default([]),
            }),
          )
          .default([]),
      }),
    )
    .min(1),
})

async function statedBy(
  client: FhirClient,
  { without }: FhirServer,
  signal: AbortSignal,
): Promise<Abilities> {
  const path = `${client.base.pathname.replace(/\/$/, '')}/metadata`
  const read = statement.safeParse(tryJson(await client.get(path, signal)))
  const rest = read.data?.rest.find(({ mode }) => mode === 'server')
  if (!rest) throw new FhirFault('INVALID', 'no CapabilityStatement')
  const of = (type: string) => rest.resource.find((one) => one.type === type)
  const named = (type: string) =>
    new Set(
      [...rest.searchParam, ...(of(type)?.searchParam ?? [])]
        .map(({ name }) => name)
        .filter((name) => !without.includes(name)),
    )
  if (!of('Observation')) throw new FhirFault('INVALID', 'a server without Observation')
  return {
    observation: named('Observation'),
    patient: of('Patient') && named('Patient'),
    includes: new Set(of('Observation')?.searchInclude ?? []),
    types: new Map(
      rest.resource.map(({ type, searchInclude }) => [
        type,
        { parameters: named(type), includes: new Set(searchInclude) },
      ]),
    ),
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
