import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'

export { lintContract } from './lint.js'

import { registrySdl, sharingSdl } from './sdl.js'

/** Subgraphs of the supergraph. URLs are placeholders: the gateway's own data sources decide where a fetch goes. */
const subgraphs = [
  { name: 'registry', url: 'http://registry.invalid/graphql', sdl: registrySdl },
  { name: 'sharing', url: 'http://sharing.invalid/graphql', sdl: sharingSdl },
] as const

/**
 * Composes the supergraph SDL from the contract.
 * @throws Error that lists every composition fault.
 */
export function composeSupergraph(): string {
  const result = composeServices(
    subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  )
  if (result.errors?.length) {
    throw new Error(
      `The contract does not compose:\n${result.errors.map(({ message }) => `  ${message}`).join('\n')}`,
    )
  }
  if (!result.supergraphSdl) throw new Error('Composition gave no supergraph')
  return result.supergraphSdl
}
export { type WholeChart, writeWholeChart } from './whole-chart.js'
