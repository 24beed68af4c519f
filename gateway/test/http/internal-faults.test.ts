import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditErrors, type SecurityLog } from '@kilde/audit'
import { KildeError, ServiceError, serviceErrors, silentLogger } from '@kilde/service'
import { GraphQLError } from 'graphql'
import { createEngine, type Engine } from '../../src/engine.js'
import { gatewayErrors } from '../../src/errors.js'
import { jsonReply } from '../../src/http/reply.js'
import { documentLimits } from '../../src/limit-settings.js'
import { handle, type Steps } from '../../src/path/index.js'
import { createPlan } from '../../src/path/plan.js'
import { createRefuse } from '../../src/path/refuse.js'
import { respond } from '../../src/path/respond.js'
import type { Authenticated, Received } from '../../src/path/stage.js'

/** What must never reach a client, in whatever an internal fault says. */
const TOLD = [
  'https://node-7.internal.example:8443/graphql',
  'postgres://kilde:pw@db.internal.example/kilde',
  '10.0.3.7:5432',
  '/srv/kilde/gateway/src/path/run.ts:12:3',
  'Observation.provenance',
]
const words = TOLD.join(' ')

function withStack<Fault extends Error>(fault: Fault): Fault {
  fault.stack = `${fault.name}: ${words}\n    at secret (/srv/kilde/gateway/src/path/run.ts:12:3)`
  return fault
}

/** Twenty faults as programs, drivers and libraries throw them. */
const faults: readonly (readonly [string, unknown])[] = [
  ['an Error', withStack(new Error(words))],
  ['a TypeError', withStack(new TypeError(`Cannot read properties of undefined: ${words}`))],
  ['a RangeError', withStack(new RangeError(`Maximum call stack size exceeded ${words}`))],
  ['an Error with a cause', withStack(new Error(words, { cause: new Error(words) }))],
  ['several Errors at once', new AggregateError([new Error(words)], words)],
  ['a text', words],
  ['nothing', undefined],
  ['null', null],
  ['a number', 500],
  ['an object', { message: words, statusCode: 418, headers: { location: TOLD[0] } }],
  ['a function', () => words],
  [
    'a refused connection',
    Object.assign(new Error(words), { code: 'ECONNREFUSED', address: TOLD[2] }),
  ],
  ['a missing file', Object.assign(new Error(words), { code: 'ENOENT', path: TOLD[3] })],
  ['a fault of a database', Object.assign(new Error(words), { code: '42P01', table: TOLD[4] })],
  ['an abort', new DOMException(words, 'AbortError')],
  ['a fault of a server', Object.assign(new Error(words), { statusCode: 400, expose: true })],
  ['a fault of GraphQL', new GraphQLError(words, { path: ['patient', 0] })],
  [
    'a fault of Apollo',
    new GraphQLError(words, {
      extensions: { code: 'INTERNAL_SERVER_ERROR', stacktrace: [words], serviceName: TOLD[0] },
    }),
  ],
  [
    'one of ours with a detail',
    new ServiceError('INTERNAL', { detail: words, cause: new Error(words) }),
  ],
  [
    'one of ours of another package',
    new KildeError(auditErrors, 'AUDIT_UNAVAILABLE', { detail: words }),
  ],
]

const received: Received = {
  requestId: 'r',
  receivedAtMs: Date.now(),
  authorization: undefined,
  dpop: undefined,
  traceparent: undefined,
  body: Buffer.from('{"query":"{ __typename }"}'),
  remote: undefined,
  signal: new AbortController().signal,
}
const requester = {
  kind: 'professional',
  subject: 's',
  purpose: 'TREAT',
  organization: '310000108',
  attest: { pointOfCare: '310000108', decisionRef: { id: 'd' }, attestedAtMs: Date.now() },
} as unknown as Authenticated['requester']

const table = { ...serviceErrors, ...gatewayErrors, ...auditErrors }
const fixed = new Set(Object.values(table).map(({ text }) => text))

/** Whatever left says what our table says, and nothing that the fault told. */
function expectNothingTold(body: string): void {
  const { errors } = JSON.parse(body) as {
    errors: { message: string; path?: unknown; extensions: object }[]
  }
  expect(errors.length).toBeGreaterThan(0)
  for (const { message, extensions } of errors) {
    expect(fixed).toContain(message)
    expect(Object.keys(extensions)).toEqual(['code'])
  }
  for (const told of TOLD) expect(body).not.toContain(told)
  expect(body).not.toMatch(/internal\.example|\bat secret|stack|\/srv\//)
}

describe('G9 what goes wrong within, in whichever step', () => {
  const security: SecurityLog = { note: () => {}, counts: () => ({}), close: async () => {} }
  const logs = { of: () => ({ append: async () => {} }) }
  const refuse = createRefuse({
    logs: logs as never,
    security,
    logger: silentLogger,
    now: Date.now,
  })
  const whole: Steps = {
    authenticate: async (request) => ({ ...request, requester }),
    admit: async () => () => {},
    plan: createPlan(documentLimits),
    meet: () => {},
    bindAttest: async () => {},
    run: async (asked) => ({ ...asked, result: '{"data":{}}', status: 200, errorCodes: [] }),
    audit: async () => {},
    respond: () => jsonReply(200, '{"data":{}}'),
    refuse,
  }

  it('G9 a line in which nothing goes wrong answers', async () => {
    expect(await handle(whole, received)).toMatchObject({ status: 200 })
  })

  it.each(faults)('G9 %s: the client is told a code and its text alone', async (_, fault) => {
    const names = [
      'authenticate',
      'admit',
      'plan',
      'meet',
      'bindAttest',
      'run',
      'audit',
      'respond',
    ] as const
    for (const name of names) {
      const failing = (): never => {
        throw fault
      }
      const { status, body } = await handle({ ...whole, [name]: failing }, received)
      expect(status).toBeGreaterThanOrEqual(500)
      expectNothingTold(body.toString())
    }
  })
})

describe('G9 what goes wrong below Apollo', () => {
  const place: { fails: 'registry' | 'none'; fault: unknown } = { fails: 'none', fault: undefined }
  const state = {
    ...{ version: 1, issuedAt: '2026-01-01T00:00:00Z' },
    ...{ organizations: [], agreements: [], memberships: [] },
  }
  const engineOf = (way: 'DIRECT' | 'GENERAL'): Promise<Engine> =>
    createEngine({
      way,
      follower: {
        current: () => {
          if (place.fails === 'registry') throw place.fault
          return { state, confirmedAtMs: Date.now(), stale: false }
        },
      },
      ask: () => {
        throw new Error('nobody is there')
      },
      cursorKeys: { current: Buffer.alloc(32, 1) },
      handleKey: Buffer.alloc(32, 2),
      sourceTimeoutMs: 1_000,
      errors: table,
      logger: silentLogger,
      now: Date.now,
    })
  let engines: readonly Engine[] = []
  beforeAll(async () => {
    engines = await Promise.all([engineOf('DIRECT'), engineOf('GENERAL')])
    await Promise.all(engines.map((engine) => engine.start()))
  }, 60_000)
  afterAll(async () => void (await Promise.all(engines.map((engine) => engine.stop()))))

  const plan = createPlan(documentLimits)
  const bodies = [
    { query: '{ organizations { name } }' },
    {
      query:
        'query ($i: PatientIdentifier!) { patient(identifier: $i) { observations(first: 1) { complete } } }',
      variables: { i: '08825133489' },
    },
  ].map((body) => Buffer.from(JSON.stringify(body)))

  const answers = async (): Promise<readonly string[]> => {
    const found: string[] = []
    for (const engine of engines) {
      for (const body of bodies) {
        const asked = await plan({ ...received, receivedAtMs: Date.now(), body, requester })
        const answered = await engine.run(asked)
        found.push(respond(answered).body.toString())
      }
    }
    return found
  }

  it('G9 nothing is wrong where nothing fails', async () => {
    place.fails = 'none'
    for (const body of await answers()) expect(body).not.toContain('"errors"')
  })

  it.each(faults)('G9 %s: the client is told a code and its text alone', async (_, fault) => {
    Object.assign(place, { fails: 'registry', fault })
    for (const body of await answers()) expectNothingTold(body)
  })
})
