import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { askAs, type Session } from '@kilde/demo/test-network'
import { organizations, patients } from '@kilde/people'
import { isGenuinePage } from '@kilde/trust/context'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { loadPlainFetch, loadSignedFetch } from '../readme/examples.js'
import { createOwnSession } from '../readme/own-session.js'

const patient = patients.copd
const holders = ['municipality', 'hospital'] as const
const strict = organizations.hospital.number
const variables = { identifier: patient.identifier }

const query = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations(first: 4) {
      nodes { id valueText provenance { organization { number name } } }
      complete
      sources { organization { number } status reason }
    }
  }
}`

interface Data {
  readonly patient: {
    readonly observations: {
      readonly nodes: readonly { readonly id: string; readonly valueText: string }[]
      readonly complete: boolean
      readonly sources: readonly {
        readonly organization: { readonly number: string }
        readonly status: string
        readonly reason: string | null
      }[]
    }
  }
}

interface Page {
  readonly organization: string
  readonly signature: string
  readonly answer: string
}

describe('a network with an organisation that answers only what the requester has signed', () => {
  let network: WatchedNetwork
  beforeAll(async () => {
    network = await startNetwork({
      organizations: holders,
      signed: ['hospital'],
      data: { patient, organizations: holders, rows: 12, until: new Date() },
    })
  }, 120_000)
  afterAll(() => network.stop())

  const reportOf = ({ patient: { observations } }: Data) =>
    observations.sources.find(({ organization }) => organization.number === strict)

  it('answers a front-end that signs as docs/signed-requests.md shows', async () => {
    const ask = (await loadSignedFetch())(await createOwnSession(network, 'nurse'))
    const { data, errors } = await ask(query, variables)
    expect(errors).toBeUndefined()
    expect(reportOf(data as Data)).toMatchObject({ status: 'OK', reason: null })
    expect((data as Data).patient.observations.complete).toBe(true)
    // As many as were signed: no source looks ahead, and each says how far it has told.
    expect((data as Data).patient.observations.nodes).toHaveLength(4)
  })

  it('does not ask it for a front-end that does not sign, and says so', async () => {
    const ask = (await loadPlainFetch())(await createOwnSession(network, 'nurse'))
    const { data } = await ask(query, variables)
    expect(reportOf(data as Data)).toMatchObject({
      status: 'NOT_ASKED',
      reason: 'SIGNATURE_REQUIRED',
    })
    expect((data as Data).patient.observations.complete).toBe(false)
  })

  it('gives what its sources signed to a client that wants it, for this very request', async () => {
    const session: Session = await network.signIn('nurse')
    const signed: string[] = []
    const noting: Session = {
      ...session,
      proof: {
        ...session.proof,
        signRequest: (request) => {
          const signature = session.proof.signRequest(request)
          signed.push(signature)
          return signature
        },
      },
    }
    const extensions = { kilde: { pages: true } }
    const url = `${network.gateway}/graphql`
    const { body } = await askAs(noting, url, { query, variables, extensions })
    const { pages } = (body.extensions as { kilde: { pages: readonly Page[] } }).kilde
    expect(new Set(pages.map(({ organization }) => organization)).size).toBe(holders.length)
    const [, payload = ''] = (signed[0] ?? '').split('.')
    const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti: string }
    const { state } = await network.admin.overview()
    for (const { organization, signature, answer } of pages) {
      const keys = state.organizations.find(({ number }) => number === organization)?.pageKeys ?? []
      const given = { organization, signature, page: Buffer.from(answer), requestId: jti }
      expect(isGenuinePage(given, keys)).toBe(true)
      const altered = Buffer.from(answer.replace('"valueText":"', '"valueText":"1'))
      expect(isGenuinePage({ ...given, page: altered }, keys)).toBe(false)
    }
    for (const { id, valueText } of (body.data as Data).patient.observations.nodes) {
      const page = pages.find(({ organization }) => id.startsWith(organization))
      expect(page?.answer).toContain(`"id":"${id}","valueText":${JSON.stringify(valueText)}`)
    }
  })

  it('is shown to front-ends by an example that is the file that was run here', async () => {
    const root = new URL('../../../', import.meta.url)
    const page = await readFile(new URL('docs/signed-requests.md', root), 'utf8')
    const file = await readFile(new URL('test/examples/signed-fetch.mjs', root), 'utf8')
    expect(page).toContain(`\`\`\`js\n${file}\`\`\``)
  })
})
