import { readFileSync } from 'node:fs'

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')

/** Version of the contract. A gateway accepts this one and the one before; nodes report theirs in `SourceReport`. */
export const contractVersion = '1.2'

/** The version before: its nodes are asked, its cursors are read. */
export const previousContractVersion = '1.1'

/** SDL of the `sharing` subgraph: what every node serves. */
export const sharingSdl: string = read('contract/sharing.graphql')

/** SDL of the `registry` subgraph: who an organisation is. */
export const registrySdl: string = read('contract/registry.graphql')

/** The composed supergraph (generated: `npm run generate`). Read lazily: composing starts without it. */
export const readSupergraphSdl = (): string => read('supergraph.graphql')
