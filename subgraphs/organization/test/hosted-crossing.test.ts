import { request } from 'node:http'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { startDatabase } from './kit/database.js'
import { startNode } from './kit/node.js'
import { bundle, weight } from './kit/observations.js'
import { audienceOf, personaClaims, systemClaims } from './kit/tokens.js'

const { hospital, municipality } = organizations
const identifier = patients.copd.identifier
/** `npm run test:hosted -- --attempts 10000` */
const ATTEMPTS = Number(process.env['KILDE_CROSSINGS'] || 100)
const TIME_MS = 120_000 + ATTEMPTS * 100
/** Held by the municipality alone, and in nothing that is sent. */
const NEEDLE = '61.125'
const QUERY = `query ($identifier: PatientIdentifier!, $after: Cursor, $filter: ObservationFilter) {
  patient(identifier: $identifier) {
    observations(after: $after, filter: $filter) { nodes { id valueText } edges { cursor } totalCount { value } }
    latestObservations(codes: ["http://loinc.org|29463-7"]) { items { observation { id valueText } } }
    observationTrend(code: "http://loinc.org|29463-7", period: { start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z" },
      bucket: MONTH, unit: "kg") { buckets { count mean } }
    availability(classes: ["Observation"]) { items { holds } }
  } }`

type Node = Awaited<ReturnType<typeof startNode>>
interface Attempt {
  readonly status: number
  readonly text: string
}
/** Given a row and a cursor of the municipality: whatever it does, it must bring nothing of them. */
type Cross = (node: Node, row: { readonly id: string; readonly cursor: string }) => Promise<Attempt>

const textOf = async (answer: Promise<{ readonly status: number; readonly body: unknown }>) => {
  const { status, body } = await answer
  return { status, text: JSON.stringify(body) }
}
const doctor = (number: string) => personaClaims('hospital-doctor', number)
const askAt = (node: Node, number: string, claims: object, variables: object = {}, kilde = {}) =>
  textOf(node.ask(claims, QUERY, { identifier, ...variables }, kilde, `/${number}`))

/** The path as it stands: `fetch` would tidy it up. */
async function askRaw({ url, issuer }: Node, path: string): Promise<Attempt> {
  const accessToken = issuer.token({ ...doctor(hospital.number) })
  const body = Buffer.from(JSON.stringify({ query: QUERY, variables: { identifier } }))
  const dpop = issuer.proof.sign({ method: 'POST', url: `${url}${path}`, accessToken, body })
  const { hostname, port } = new URL(url)
  const headers = {
    'content-type': 'application/json',
    authorization: `DPoP ${accessToken}`,
    dpop,
  }
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const [from, to] = [municipality.number, hospital.number]
const crossings: readonly Cross[] = [
  // Own token, own address, the other's cursor, row, organisation.
  (node) => askAt(node, to, doctor(to)),
  (node, { cursor }) => askAt(node, to, doctor(to), { after: cursor }),
  (node) => askAt(node, to, doctor(to), { filter: { sources: [from] } }),
  (node) => askAt(node, to, doctor(to), {}, { tenant: from, organization: from }),
  // A token for the one at the other, in both directions.
  (node) => askAt(node, from, doctor(to)),
  (node) => askAt(node, from, { ...doctor(to), aud: [audienceOf(to), 'kilde:organization'] }),
  (node) => askAt(node, from, { ...doctor(to), aud: `${audienceOf(from)} ` }),
  (node) => askAt(node, from, { ...doctor(to), aud: audienceOf(`${from}0`) }),
  // Ways round the address.
  (node) => askRaw(node, `/${to}/../${from}/graphql`),
  (node) => askRaw(node, `/${to}/%2e%2e/${from}/graphql`),
  (node) => askRaw(node, `/${to}%2f..%2f${from}/graphql`),
  (node) => askRaw(node, `//${from}/graphql`),
  (node) => askRaw(node, `/${from};${to}/graphql`),
  (node) => askRaw(node, `/${to}/graphql?organization=${from}`),
  // The other's system writes what is not its own.
  (node) =>
    textOf(
      node.post(
        `/${from}/fhir`,
        { ...systemClaims(to), aud: audienceOf(from) },
        bundle('batch', weight()),
      ),
    ),
  (node) => textOf(node.post(`/${from}/fhir`, systemClaims(to), bundle('batch', weight()))),
]

let database: Awaited<ReturnType<typeof startDatabase>>
let node: Node
beforeAll(async () => {
  database = await startDatabase()
  node = await startNode({
    hosted: true,
    databases: [
      { organization: 'municipality', url: await database.createDatabase('municipality') },
      { organization: 'hospital', url: await database.createDatabase('hospital') },
    ],
  })
  const text = Buffer.from(bundle('batch', weight())).toString().replace('70.5', NEEDLE)
  const sent = await node.post(`/${from}/fhir`, systemClaims(from), Buffer.from(text))
  expect(sent.status).toBe(200)
}, 120_000)
afterAll(async () => {
  await node.stop()
  await database.stop()
})

interface Page {
  readonly data: {
    readonly patient: {
      readonly observations: {
        readonly nodes: readonly { readonly id: string; readonly valueText: string }[]
        readonly edges: readonly { readonly cursor: string }[]
      }
    }
  }
}
const heldBy = async (number: string) =>
  (JSON.parse((await askAt(node, number, doctor(number))).text) as Page).data.patient.observations

it(
  `${ATTEMPTS} attempts to cross from one hosted organisation to another bring no row, and change none`,
  async () => {
    const before = await heldBy(from)
    const [row] = before.nodes
    const [edge] = before.edges
    expect(row?.valueText).toContain(NEEDLE)
    const own = { id: row?.id ?? '', cursor: edge?.cursor ?? '' }
    const crossed: string[] = []
    const statuses = new Map<number, number>()
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const at = attempt % crossings.length
      const { status, text } = await (crossings[at] as Cross)(node, own)
      statuses.set(at, status)
      const brought = [NEEDLE, own.id].filter((needle) => text.includes(needle))
      // Where an answer came, it is of whoever was rightly asked: nothing is held there.
      const isEmpty = status !== 200 || !/"(valueText|count)":/.test(text)
      if (brought.length > 0 || !isEmpty) crossed.push(`${at}: ${status}`)
    }
    expect(crossed).toEqual([])
    // What is rightly asked is answered: with nothing. And nobody is let through with a token for another.
    expect([statuses.get(0), statuses.get(2), statuses.get(4)]).toEqual([200, 200, 401])
    expect((await heldBy(from)).nodes).toEqual(before.nodes)
    expect((await heldBy(to)).nodes).toEqual([])
  },
  TIME_MS,
)
