import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { TokenClient } from '@kilde/trust'
import type { Bundle, OperationOutcomeIssue } from 'fhir/r4.js'
import { createLoader, type Loader } from '../src/load.js'

/** What the node answers next: with tokens that it does not look at. */
let answer: object = {}
const node = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200).end(JSON.stringify(answer)))
})
const tokens: TokenClient = {
  proof: { sign: () => 'proof', thumbprint: '' } as unknown as TokenClient['proof'],
  clientCredentials: async () => ({ value: 'token', expiresAtMs: Number.POSITIVE_INFINITY }),
  exchange: async () => Promise.reject(new Error('not used')),
}
const bundle: Bundle = { resourceType: 'Bundle', type: 'batch', entry: [] }
let loader: Loader

beforeAll(async () => {
  node.listen(0, '127.0.0.1')
  await once(node, 'listening')
  const endpoint = `http://127.0.0.1:${(node.address() as { port: number }).port}`
  loader = createLoader({ endpoint, name: 'Kommunen', audience: 'a', tokens })
})
afterAll(() => {
  node.close()
})

const issue = (severity: OperationOutcomeIssue['severity'], text: string) => ({
  ...{ severity, code: 'invalid', details: { text } },
})
const outcome = (...issues: object[]) => ({ resourceType: 'OperationOutcome', issue: issues })

it.each([
  ['in an entry', (found: object) => ({ entry: [entry('200'), entry('422', found)] })],
  ['of the whole', (found: object) => found],
])('tells the first fault, not what is merely odd before it (%s)', async (_, within) => {
  const found = outcome(
    issue('information', 'odd'),
    issue('warning', 'doubt'),
    issue('error', 'bad'),
  )
  answer = { resourceType: 'Bundle', ...within(found) }
  await expect(loader.load(bundle)).rejects.toMatchObject({
    code: 'LOAD_FAILED',
    publicText: 'Kommunen did not take the data of the demo: bad',
  })
})

it('tells what there is where no fault is named', async () => {
  answer = outcome(issue('information', 'odd'))
  await expect(loader.load(bundle)).rejects.toThrow('odd')
})

it('counts what was taken, however odd', async () => {
  const odd = outcome(issue('information', 'odd'))
  answer = { resourceType: 'Bundle', entry: [entry('201', odd), entry('200')] }
  expect(await loader.load(bundle)).toBe(2)
})

const entry = (status: string, found?: object) => ({ response: { status, outcome: found } })
