import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Running } from '@kilde/service'
import type { TokenClient } from '@kilde/trust'
import {
  createWorld,
  hangingFollower,
  organization,
  signedHeaders,
  solvik,
  until,
  type World,
} from './kit.js'

let world: World
let url: string
let tokens: TokenClient
let registry: Running
beforeAll(async () => {
  world = await createWorld()
  registry = await world.registry({ KILDE_REGISTRY_MAX_FOLLOWERS: '1' })
  url = registry.url
  tokens = await world.client('kilde-admin')
})
afterAll(() => world.end())

interface Call {
  readonly method: string
  readonly path: string
  readonly scope?: string
  readonly body?: string
  readonly headers?: (signed: Record<string, string>) => Record<string, string>
}

async function answerTo({ method, path, scope = 'kilde:registry/admin', body, headers }: Call) {
  const bytes = Buffer.from(body ?? '')
  const signed = await signedHeaders(tokens, method, `${url}${path}`, scope, bytes)
  const { 'content-type': type, ...bare } = signed
  const sent = body === undefined ? bare : { ...bare, 'content-type': type ?? '' }
  const response = await fetch(`${url}${path}`, {
    method,
    headers: headers?.(sent) ?? sent,
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  const answer = JSON.parse(text || '{}') as {
    errors?: readonly { message: string; extensions: { code: string } }[]
  }
  const [error] = answer.errors ?? []
  return {
    status: response.status,
    code: error?.extensions.code,
    message: error?.message,
    challenge: response.headers.get('www-authenticate'),
  }
}

const admin = { method: 'PUT', path: `/admin/organizations/${solvik}` }
const entry = JSON.stringify(organization(solvik))

describe('whoever is not allowed is refused', () => {
  it('without a token', async () => {
    expect(
      await answerTo({
        ...admin,
        body: entry,
        headers: () => ({ 'content-type': 'application/json' }),
      }),
    ).toEqual({
      status: 401,
      code: 'TOKEN_MISSING',
      message: 'An access token is needed: send it as "Authorization: DPoP <token>".',
      challenge: expect.stringContaining('DPoP'),
    })
  })

  it.each([
    [
      'to follow with the right to administer',
      { method: 'GET', path: '/state', scope: 'kilde:registry/admin' },
    ],
    [
      'to follow as a stream with it',
      { method: 'GET', path: '/state/stream', scope: 'kilde:registry/admin' },
    ],
    [
      'to administer with the right to follow',
      { ...admin, body: entry, scope: 'kilde:registry/follow' },
    ],
    [
      'to read everything with it',
      { method: 'GET', path: '/admin/state', scope: 'kilde:registry/follow' },
    ],
  ])('%s', async (_what, call) => {
    expect(await answerTo(call)).toMatchObject({
      status: 403,
      code: 'TOKEN_SCOPE',
      message: 'The access token does not have the scope that this address needs.',
      challenge: expect.stringContaining('insufficient_scope'),
    })
  })

  it('with a proof for another body, so that nobody on the way can change what is registered', async () => {
    const address = `${url}${admin.path}`
    const headers = await signedHeaders(
      tokens,
      'PUT',
      address,
      'kilde:registry/admin',
      Buffer.from(entry),
    )
    const body = JSON.stringify(organization(solvik, { endpoint: 'https://elsewhere.example' }))
    const response = await fetch(address, { method: 'PUT', headers, body })
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'The DPoP proof is not for this request body.',
          extensions: { code: 'DPOP_BODY_DIGEST' },
        },
      ],
    })
  })

  it('and stands in the security log, by code and without the token', async () => {
    await answerTo({
      ...admin,
      body: entry,
      headers: () => ({ 'content-type': 'application/json' }),
    })
    const log = () => readFile(join(world.folder, 'security.jsonl'), 'utf8').catch(() => '')
    await until(async () => (await log()).includes('"code":"TOKEN_MISSING"'))
    expect(await log()).not.toContain('eyJ')
  })
})

describe('what cannot be is refused', () => {
  it.each([
    [
      'a body that is no JSON',
      { ...admin, body: '{' },
      { status: 400, code: 'REGISTRY_INPUT', message: 'The request body is not JSON.' },
    ],
    [
      'an entry with faulty fields, every one named',
      { ...admin, body: JSON.stringify({ ...organization(solvik), state: 'OPEN', colour: 'red' }) },
      {
        status: 422,
        code: 'CATALOGUE_INVALID',
        message: `The registry's data are not valid:
  state: Invalid option: expected one of "ACTIVE"|"DRAINING"|"PAUSED"
  body: Unrecognized key: "colour"`,
      },
    ],
    [
      'an entry under the address of another',
      { ...admin, body: JSON.stringify(organization('310000302')) },
      {
        status: 400,
        code: 'REGISTRY_INPUT',
        message: 'Address and body name different entries.',
      },
    ],
    [
      'a change to an organisation that is not there',
      { method: 'POST', path: '/admin/organizations/310000302/drain' },
      {
        status: 404,
        code: 'REGISTRY_UNKNOWN',
        message: 'The registry knows no organisation 310000302.',
      },
    ],
    [
      'the removal of an agreement that is not there',
      { method: 'DELETE', path: '/admin/agreements/none' },
      { status: 404, code: 'REGISTRY_UNKNOWN', message: 'The registry knows no agreement none.' },
    ],
    [
      'the removal of a membership that is not there',
      { method: 'DELETE', path: '/admin/memberships/310000302' },
      {
        status: 404,
        code: 'REGISTRY_UNKNOWN',
        message: 'The registry knows no membership of 310000302.',
      },
    ],
    [
      'an address with a person number, which is not repeated',
      { method: 'DELETE', path: '/admin/organizations/08825133489' },
      { status: 400, code: 'REGISTRY_INPUT', message: 'The address holds no number or id.' },
    ],
    [
      'an acknowledgement of someone who is not connected',
      {
        method: 'POST',
        path: '/state/ack',
        scope: 'kilde:registry/follow',
        body: JSON.stringify({ instance: randomUUID(), version: 1 }),
      },
      {
        status: 409,
        code: 'FOLLOWER_UNKNOWN',
        message: 'This follower is not connected. Connect to the stream first.',
      },
    ],
    [
      'a follower that does not say who it is',
      { method: 'GET', path: '/state/stream', scope: 'kilde:registry/follow' },
      {
        status: 422,
        code: 'CATALOGUE_INVALID',
        message: `The registry's data are not valid:
  name: takes letters, digits and . _ -
  instance: Invalid input: expected string, received undefined`,
      },
    ],
  ])('%s', async (_what, call, expected) => {
    expect(await answerTo(call)).toMatchObject(expected)
  })

  it('one follower more than there is room for', async () => {
    const follower = await world.client('kilde-gateway')
    const leave = await hangingFollower(url, follower)
    const headers = { 'kilde-follower': `second;${randomUUID()}` }
    const call = { method: 'GET', path: '/state/stream', scope: 'kilde:registry/follow' }
    expect(
      await answerTo({ ...call, headers: (signed) => ({ ...signed, ...headers }) }),
    ).toMatchObject({
      status: 503,
      code: 'REGISTRY_FULL',
      message: 'The registry has as many followers as it takes.',
    })
    leave()
  })

  it('an acknowledgement for a follower of another client', async () => {
    const instance = randomUUID()
    const administration = await world.admin()
    await until(async () => (await administration.overview()).followers.length === 0)
    const leave = await hangingFollower(url, await world.client('kilde-gateway'), instance)
    const call = { method: 'POST', path: '/state/ack', scope: 'kilde:registry/follow' }
    const body = JSON.stringify({ instance, version: 1 })
    expect(await answerTo({ ...call, body })).toMatchObject({
      status: 409,
      code: 'FOLLOWER_UNKNOWN',
      message: 'This follower is not connected. Connect to the stream first.',
    })
    leave()
  })
})

it('a registry that ends lets nobody wait', async () => {
  await registry.stop()
  await expect(fetch(`${url}/health/live`)).rejects.toThrow()
})
