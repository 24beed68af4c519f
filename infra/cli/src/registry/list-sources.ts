import { type CatalogueState, locateProviders, type OrganizationEntry } from '@kilde/catalogue'
import { organizations, type Persona } from '@kilde/people'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { formatJson } from '../format-json.js'
import { findPersona } from '../personas.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { type NodeHealth, nodeHealth } from './node-health.js'
import { withRegistry } from './with-registry.js'

export interface SourcesOptions {
  readonly as?: string
  readonly json?: true
  readonly portBase?: string
}

interface SourceLine {
  readonly number: string
  readonly name: string
  readonly state: OrganizationEntry['state']
  readonly dataClasses: readonly string[]
  readonly contractVersion: string
  readonly address: string
  readonly node: NodeHealth
  /** On what ground the persona's organisation may ask it, by class of data. Absent without a persona. */
  readonly ground?: readonly string[]
}

/** Lists who shares data, whether a persona's organisation may ask them, and whether they answer. */
export async function listSources(
  options: SourcesOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const persona = options.as === undefined ? undefined : findPersona(options.as)
  return withRegistry(options.portBase, surroundings, async ({ admin }) => {
    const { state } = await admin.overview()
    const lines = await linesOf(state, persona, surroundings.now())
    const { out } = surroundings
    out.write(
      options.json
        ? `${formatJson(lines)}\n`
        : table(head(persona), lines.map(rowOf), coloursFor(out).dim),
    )
    return exitCodes.done
  })
}

function linesOf(
  state: CatalogueState,
  persona: Persona | undefined,
  at: number,
): Promise<readonly SourceLine[]> {
  const sharing = state.organizations.filter(({ dataClasses }) => dataClasses.length > 0)
  return Promise.all(
    sharing.map(async (entry) => ({
      number: entry.number,
      name: entry.name,
      state: entry.state,
      dataClasses: entry.dataClasses,
      contractVersion: entry.contractVersion,
      address: entry.endpoint ?? '',
      node: await nodeHealth(entry.endpoint),
      ...(persona && { ground: groundsOf(state, persona, entry, at) }),
    })),
  )
}

function groundsOf(
  state: CatalogueState,
  { works }: Persona,
  { number, dataClasses }: OrganizationEntry,
  at: number,
): readonly string[] {
  const consumer = works ? organizations[works.organization].number : 'citizen'
  const purpose = works?.purpose ?? ''
  const grounds = dataClasses.flatMap((dataClass) => {
    const located = locateProviders(state, { consumer, dataClass, purpose, at })
    const found = located.find((provider) => provider.number === number)
    if (!found) return []
    return [[words[found.ground], ...found.agreements].join(' ')]
  })
  return [...new Set(grounds)]
}

const words = { OWN: 'own data', CITIZEN: 'right of the citizen', AGREEMENT: 'agreement' } as const

function head(persona: Persona | undefined): readonly string[] {
  const columns = ['number', 'name', 'state', 'classes', 'contract', 'node', 'address']
  return persona ? [...columns, `may be asked by ${persona.key}`] : columns
}

function rowOf(line: SourceLine): readonly string[] {
  const { number, name, state, dataClasses, contractVersion, node, address, ground } = line
  const columns = [number, name, state, dataClasses.join(' '), contractVersion, node, address]
  return ground ? [...columns, ground.join(', ') || 'no'] : columns
}
