import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import type { PageQuestion, Source } from '@kilde/organization/sources'
import { openFhir } from '../sources/open-fhir.js'
import { ORGANIZATION } from '../sources/vocabulary.js'
import { dataFolder } from './data-folder.js'
import { syntheticNumbers } from './synthetic-numbers.js'

const data = dataFolder()
const [number = ''] = syntheticNumbers(1)
const patient = parsePatientIdentifier(number)
const signal = new AbortController().signal
const OWN = { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: number }

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/**
 * The forms that PMD's and VKP's documentation gives, played by a server of the test: neither can be reached from here. The rows
 * are their published examples, in the name of a synthetic person.
 */
describe('PMD and VKP, as their documentation has them', () => {
  const seen: Seen[] = []
  let answer: { status: number; body: object }
  let server: Server
  let base: string
  let source: Source | undefined

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method, url, headers } = request
        seen.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') })
        response.writeHead(answer.status, { 'content-type': 'application/fhir+json' })
        response.end(JSON.stringify(answer.body))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await source?.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const question: PageQuestion = {
    ...{ patient, limit: 100, order: 'NEWEST_FIRST', count: true, abnormalOnly: false },
    status: ['registered', 'preliminary', 'final', 'amended', 'corrected'],
    elements: ['status', 'code', 'valueQuantity', 'valueInteger', 'component'],
  }

  it('PMD is asked by POST with the number in the form alone, and gives its examples', async () => {
    const examples = pmdExamples()
    answer = { status: 200, body: searchset(examples) }
    source = openFhir({ preset: 'pmd', url: `${base}/api/v2` })
    const page = await source.read(question, signal)
    expect(seen.at(-1)).toMatchObject({ method: 'POST', url: '/api/v2/Observation/_search' })
    expect(seen.at(-1)?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(new URLSearchParams(seen.at(-1)?.body).get('patient.identifier')).toBe(number)
    expect(seen.every(({ url }) => !url?.includes(number))).toBe(true)
    expect(page).toMatchObject({ known: true, more: false, count: examples.length })
    expect(page.dropped).toBeUndefined()
    const texts = page.rows.map(({ resource }) => resource).join()
    expect(texts).toContain('49000')
    expect(texts).toContain('763264000')
    expect(source.system).toBe('PMD')
    await source.close()
  })

  it('PMD’s Observation of R5 is read as R4’s, without what R4 has not', async () => {
    const [first = {}] = pmdExamples()
    const later = {
      triggeredBy: [{ type: 'reflex' }],
      instantiatesCanonical: 'urn:x',
      bodyStructure: {},
    }
    answer = { status: 200, body: searchset([{ ...first, ...later }]) }
    source = openFhir({ preset: 'pmd', url: base })
    const page = await source.read(
      { ...question, elements: [...question.elements, 'triggeredBy'] },
      signal,
    )
    expect(page.rows).toHaveLength(1)
    expect(page.dropped).toBeUndefined()
    await source.close()
  })

  it('gives nothing of examples that are of others: their subjects are as they were published', async () => {
    const others = examplesAsPublished()
    answer = { status: 200, body: searchset(others) }
    source = openFhir({ preset: 'pmd', url: base })
    expect(await source.read(question, signal)).toMatchObject({ rows: [], dropped: others.length })
    await source.close()
  })

  it('VKP is asked at the organisation’s address, for follow-up data', async () => {
    answer = { status: 200, body: searchset(pmdExamples()) }
    source = openFhir({ preset: 'vkp', url: `${base}/epj/r4/{organization}` })
    const page = await source.read(question, signal)
    expect(seen.at(-1)).toMatchObject({
      method: 'POST',
      url: `/epj/r4/${ORGANIZATION}/Observation/_search`,
      headers: { servicecodes: 'dho' },
    })
    expect(page.rows.length).toBeGreaterThan(5)
    await source.close()
  })

  it('VKP’s own codes of errors are failures, each of its kind, and never an empty list', async () => {
    source = openFhir({ preset: 'vkp', url: `${base}/epj/r4/{organization}` })
    const { url, concept } = data.json<{ url: string; concept: { code: string }[] }>(
      'no/vkp-r4/codesystem/vkp-operation-outcome-v090.json',
    )
    for (const { code } of concept) {
      const details = { coding: [{ system: url, code }] }
      const issue = [{ severity: 'error', code: 'processing', details }]
      answer = { status: 400, body: { resourceType: 'OperationOutcome', issue } }
      const failed = code.startsWith('2') ? 'SOURCE_INVALID' : 'SOURCE_FAILED'
      await expect(source.read(question, signal)).rejects.toMatchObject({ code: failed })
    }
    expect(concept.length).toBeGreaterThan(10)
    await source.close()
  })
})

interface Example extends Record<string, unknown> {
  readonly resourceType: string
}

/** Observations of PMD's and VKP's guides, as they were published. */
function examplesAsPublished(): readonly Example[] {
  const files = data.files<Example>('no/vkpobservation/examples', /Observation-/)
  return files.map(([, one]) => one).filter(({ resourceType }) => resourceType === 'Observation')
}

/** The same, and PMD's Bundle for frailty, in the name of the test's person. */
function pmdExamples(): readonly Example[] {
  const { entry } = data.json<{ entry: { resource: Example }[] }>(
    'no/derived/pmd/Bundle-collection-CFS.json',
  )
  const frailty = entry.map(({ resource }, index) => ({ id: `cfs-${index}`, ...resource }))
  return [...examplesAsPublished(), ...frailty].map((one) => ({
    ...one,
    subject: { identifier: OWN },
  }))
}

const searchset = (resources: readonly object[]) => ({
  ...{ resourceType: 'Bundle', type: 'searchset', total: resources.length },
  entry: resources.map((resource) => ({ resource, search: { mode: 'match' } })),
})
