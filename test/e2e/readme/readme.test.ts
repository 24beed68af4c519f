import { readFileSync } from 'node:fs'
import { gql } from '@apollo/client'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readmeQuery } from '@kilde/cli'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { loadApolloClient, loadPlainFetch } from './examples.js'
import { createOwnSession, type OwnSession } from './own-session.js'
import { blockAfter, commandLine, shownFiles } from './readme.js'

interface Data {
  readonly patient: {
    readonly observations: {
      readonly nodes: readonly {
        readonly effective: string
        readonly valueText: string
        readonly provenance: readonly { readonly organization: { readonly name: string } }[]
      }[]
      readonly complete: boolean
      readonly sources: readonly object[]
    }
  }
}

describe('the README', () => {
  let network: WatchedNetwork
  let session: OwnSession
  const { persona, identifier } = commandLine()
  const query = blockAfter('readme-query')

  beforeAll(async () => {
    network = await startNetwork({ data: 'demo' })
    session = await createOwnSession(network, persona)
  }, 120_000)
  afterAll(() => network.stop(), 60_000)

  const ask = async () => {
    const data = dataOf<Data>(await network.ask(persona, query, { identifier }))
    return data.patient.observations
  }

  it('shows a query that gives data of one patient from at least three organisations, newest first', async () => {
    const { nodes, complete } = await ask()
    const organizations = nodes.map(({ provenance }) => provenance[0]?.organization.name)
    expect(new Set(organizations).size).toBeGreaterThanOrEqual(3)
    expect(organizations).not.toContain(undefined)
    const times = nodes.map(({ effective }) => Date.parse(effective))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    expect(complete).toBe(true)
  })

  it('shows the answer that its query gets, but for the dates', async () => {
    const shown = JSON.parse(blockAfter('readme-answer')) as { data: Data }
    const answered = await network.ask(persona, query, { identifier })
    expect(withoutDates(answered.body)).toEqual(withoutDates(shown))
  })

  it('shows the query that the command line asks by itself', () => {
    expect(query).toBe(readmeQuery)
  })

  it.each(shownFiles)('shows %s as it is', (path) => {
    const file = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
    expect(blockAfter(`example: ${path}`)).toBe(file)
  })

  it('shows a query of plans, of which two self-treatment plans are in force in the demo', async () => {
    const plans = blockAfter('example: test/examples/plans.graphql')
    const answer = await network.ask('nurse', plans, { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: { carePlans: { conflict: true, complete: true, nodes: [{}, {}] } },
    })
  })

  it('shows how to ask with plain fetch, for a token that is bound to the front-end’s own key', async () => {
    const askWithFetch = (await loadPlainFetch())(session)
    const expected = (await network.ask(persona, query, { identifier })).body
    // Twice: each request has a proof of its own.
    expect(await askWithFetch(query, { identifier })).toEqual(expected)
    expect(await askWithFetch(query, { identifier })).toEqual(expected)
  })

  it('shows how to ask with Apollo Client', async () => {
    const client = (await loadApolloClient())(session)
    const { data, error } = await client.query<Data>({
      query: gql(query),
      variables: { identifier },
    })
    client.stop()
    expect(error).toBeUndefined()
    if (!data) throw new Error('Apollo Client has no data')
    const { nodes, complete } = data.patient.observations
    expect(complete).toBe(true)
    expect(nodes.map(({ valueText }) => valueText)).toEqual(
      (await ask()).nodes.map(({ valueText }) => valueText),
    )
  })
})

function withoutDates(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (key, value: unknown) => (key === 'effective' ? 'a date' : value)),
  )
}
