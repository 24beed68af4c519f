import type { ApolloClient } from '@apollo/client'
import type { GraphqlAnswer } from '@kilde/demo/test-network'
import type { OwnSession } from './own-session.js'

type Ask = (query: string, variables: object) => Promise<GraphqlAnswer>

// The examples are plain JavaScript, for whoever copies them; their types are here.

export async function loadPlainFetch(): Promise<(session: OwnSession) => Ask> {
  return ((await load('plain-fetch')) as { createAsk: (session: OwnSession) => Ask }).createAsk
}

/** The example of docs/signed-requests.md. */
export async function loadSignedFetch(): Promise<(session: OwnSession) => Ask> {
  return ((await load('signed-fetch')) as { createAsk: (session: OwnSession) => Ask }).createAsk
}

export async function loadApolloClient(): Promise<(session: OwnSession) => ApolloClient> {
  const example = await load('apollo-client')
  return (example as { createClient: (session: OwnSession) => ApolloClient }).createClient
}

const load = (name: string): Promise<unknown> => import(`../../examples/${name}.mjs`)
