import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Session } from '@kilde/demo/test-network'
import { patients } from '@kilde/people'
import type { WatchedNetwork } from '../kit/network.js'
import {
  askList,
  heal,
  type List,
  proxyOf,
  query,
  reportOf,
  STARTING_MS,
  startFaultyNetwork,
} from './setting.js'

describe('somebody who leaves while a question is under way', () => {
  let network: WatchedNetwork
  let session: Session
  beforeAll(async () => {
    network = await startFaultyNetwork()
    session = await network.signIn('nurse')
  }, STARTING_MS)
  afterAll(() => network.stop())

  /** The source has the question, and answers when told to. */
  const held = () =>
    new Promise<ServerResponse>((resolve) => {
      proxyOf(network, 'gp').behave((incoming, answer) => {
        incoming.resume()
        resolve(answer)
      })
    })

  it('lets the sources off when the client leaves', async () => {
    const client = new AbortController()
    const source = held()
    const asked = post(network, session, client.signal)
    const answer = await source
    const letOff = once(answer, 'close')
    client.abort()
    await expect(asked).rejects.toThrow('aborted')
    await letOff
    expect(answer.writableFinished).toBe(false)
    heal(network)
    expect(reportOf(await askList(network), 'gp')?.status).toBe('OK')
  })

  it('finishes what is under way when the gateway stops, and takes nothing new', async () => {
    const source = held()
    const asked = post(network, session)
    const answer = await source
    const stopped = network.services.gateway?.stop()
    await expect(post(network, session)).rejects.toThrow('fetch failed')
    answer.writeHead(503).end()
    const response = await asked
    const { data } = (await response.json()) as { data: { patient: { observations: List } } }
    const list = data.patient.observations
    expect(response.status).toBe(200)
    expect(reportOf(list, 'gp')?.status).toBe('UNREACHABLE')
    expect(reportOf(list, 'hospital')?.status).toBe('OK')
    await stopped
  })
})

function post(network: WatchedNetwork, session: Session, signal?: AbortSignal): Promise<Response> {
  const url = `${network.gateway}/graphql`
  const variables = { identifier: patients.copd.identifier }
  const body = JSON.stringify({ query, variables })
  const accessToken = session.token.value
  return fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      authorization: `DPoP ${accessToken}`,
      dpop: session.proof.sign({ method: 'POST', url, accessToken }),
    },
    ...(signal && { signal }),
  })
}
