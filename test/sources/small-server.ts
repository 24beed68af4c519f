import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { matches, type Resource } from './small-search.js'

/** One request as it came: for a test to answer otherwise, and to look at afterwards. */
export interface SmallRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly form: URLSearchParams
  /** Name in the certificate of who asks. */
  readonly clientName: string | undefined
  /** Whether it is never answered. */
  readonly held: boolean
}

export interface SmallAnswer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface SmallServerOptions {
  /** What it can search Observations by, and says so. */
  readonly parameters: readonly string[]
  readonly includes?: readonly string[]
  /** What it can search further types by. Default: plans by patient, their parts by id. */
  readonly classes?: Readonly<Record<string, readonly string[]>>
  /** `_include` of plans. */
  readonly planIncludes?: readonly string[]
  readonly pageRows?: number
  /** Whether links to next pages spell the search out. Default: a name of the server's own. */
  readonly spellsLinks?: boolean
  /** Changes an answer on its way: how a server lies. */
  readonly tamper?: (
    answer: SmallAnswer,
    request: SmallRequest,
  ) => SmallAnswer | undefined | Promise<SmallAnswer | undefined>
  /** What it speaks https with, and whether it wants a client's certificate. Default: plain http. */
  readonly tls?: ServerOptions
}

export interface SmallServer {
  readonly url: string
  readonly requests: SmallRequest[]
  /** The very text of a resource, with an id; answers the id. */
  create(resource: object, text: string): Promise<string>
  tamper(how: SmallServerOptions['tamper']): void
  /** Leaves those requests without an answer that are chosen. */
  hold(which: ((request: Omit<SmallRequest, 'held'>) => boolean) | undefined): void
  stop(): Promise<void>
}

/**
 * A small FHIR R4 server of ours for what no real one can be brought to do: to be able to do little, to keep digits, and to lie.
 * Unsorted, as FHIR allows: rows come as they were created.
 */
export async function startSmallServer(options: SmallServerOptions): Promise<SmallServer> {
  const { spellsLinks = false } = options
  const held: Resource[] = []
  const requests: SmallRequest[] = []
  const searches = new Map<string, readonly [type: string, form: URLSearchParams]>()
  let tamper = options.tamper
  let isHeld: Parameters<SmallServer['hold']>[0]
  let base = ''
  const entryOf = ({ type, id, text }: Resource, mode: string): string =>
    `{"fullUrl":"${base}/${type}/${id}","search":{"mode":"${mode}"},"resource":${text}}`
  const searchset = (type: string, form: URLSearchParams): string => {
    const found = held.filter(
      (one) => one.type === type && matches(one, form, parametersOf(type, options)),
    )
    const offset = Number(form.get('_offset') ?? 0)
    const count = Math.min(options.pageRows ?? 1_000, Number(form.get('_count') ?? 1_000))
    const next = new URLSearchParams(form)
    next.set('_offset', String(offset + count))
    const name = `s${searches.size}`
    searches.set(name, [type, next])
    const url = spellsLinks ? `${base}/${type}?${next.toString()}` : `${base}?_getpages=${name}`
    const link = offset + count < found.length ? [{ relation: 'next', url }] : []
    const entries = found.slice(offset, offset + count).map((one) => entryOf(one, 'match'))
    entries.push(...includedIn(held, found, form).map((one) => entryOf(one, 'include')))
    return `{"resourceType":"Bundle","type":"searchset","total":${found.length},"link":${JSON.stringify(link)},"entry":[${entries.join(',')}]}`
  }
  const answer = (request: SmallRequest): SmallAnswer => {
    const { pathname, searchParams } = new URL(request.url, base)
    if (pathname === '/fhir/metadata') return ok(JSON.stringify(statement(options)))
    const paged = searches.get(searchParams.get('_getpages') ?? '')
    if (request.method === 'GET' && paged) return ok(searchset(...paged))
    const type = /^\/fhir\/(\w+)\/_search$/.exec(pathname)?.[1]
    if (request.method !== 'POST' || !type) return { status: 404, body: '{}' }
    return ok(searchset(type, request.form))
  }
  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const came = await read(incoming)
    const request = { ...came, held: isHeld?.(came) ?? false }
    requests.push(request)
    if (request.held) return
    const honest = answer(request)
    const { status, body, headers } = (await tamper?.(honest, request)) ?? honest
    response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers })
    response.end(body)
  }
  const listen = (incoming: IncomingMessage, response: ServerResponse): void => {
    respond(incoming, response).catch(() => response.destroy())
  }
  const { tls } = options
  const server = tls ? createTlsServer(tls, listen) : createServer(listen)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`
  return {
    url: base,
    requests,
    create: async (resource, text) => {
      const { resourceType: type, id = `r${held.length}` } = resource as {
        resourceType: string
        id?: string
      }
      const whole = text.includes(`"id":"${id}"`) ? text : `{"id":"${id}",${text.slice(1)}`
      held.push({ type, id, text: whole, content: JSON.parse(whole) as Resource['content'] })
      return id
    },
    tamper: (how) => {
      tamper = how
    },
    hold: (which) => {
      isHeld = which
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const ok = (body: string): SmallAnswer => ({ status: 200, body })

async function read(incoming: IncomingMessage): Promise<Omit<SmallRequest, 'held'>> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
  const { method = '', url = '', headers, socket } = incoming
  const clientName = (socket as Partial<TLSSocket>).getPeerCertificate?.().subject?.CN?.toString()
  return { method, url, headers, form, clientName }
}

const CLASSES = {
  CarePlan: ['patient', '_id'],
  ...{ Goal: ['_id'], Condition: ['_id'], ServiceRequest: ['_id'], Device: ['_id'] },
}

const parametersOf = (type: string, { parameters, classes = CLASSES }: SmallServerOptions) =>
  Object.entries(classes).find(([name]) => name === type)?.[1] ?? parameters

/** Types that parameters of CarePlan lead to. */
const LEADS: Readonly<Record<string, string>> = {
  ...{ goal: 'Goal', condition: 'Condition', 'activity-reference': 'ServiceRequest' },
}

function includedIn(
  held: readonly Resource[],
  found: readonly Resource[],
  form: URLSearchParams,
): readonly Resource[] {
  const types = form.getAll('_include').map((name) => LEADS[name.split(':')[1] ?? ''])
  const text = found.map((one) => one.text).join('')
  return held.filter(({ type, id }) => types.includes(type) && text.includes(`"${type}/${id}"`))
}

const statement = ({
  parameters,
  includes = [],
  classes = CLASSES,
  planIncludes = [],
}: SmallServerOptions) => ({
  resourceType: 'CapabilityStatement',
  fhirVersion: '4.0.1',
  rest: [
    {
      mode: 'server',
      resource: [
        { type: 'Patient', searchParam: [{ name: 'identifier' }, { name: '_id' }] },
        {
          type: 'Observation',
          searchParam: parameters.map((name) => ({ name })),
          searchInclude: includes,
        },
        ...Object.entries(classes).map(([type, names]) => ({
          ...{ type, searchParam: names.map((name) => ({ name })) },
          searchInclude: type === 'CarePlan' ? planIncludes : [],
        })),
      ],
    },
  ],
})
