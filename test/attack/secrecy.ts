import { parseArgs } from 'node:util'
import { generateRows } from '@kilde/demo'
import { askAs, type Session, startTestNetwork, type TestNetwork } from '@kilde/demo/test-network'
import { organizations, patients } from '@kilde/people'
import { rankSum } from './rank-sum.js'

// peers.md A6: at an organisation that never discloses what it withholds, the answer about a patient who has blocked everything
// is that about a patient of whom nothing is held, in content and in time.

const { values } = parseArgs({
  options: {
    secrecy: { type: 'boolean' },
    pairs: { type: 'string', default: '200' },
    rows: { type: 'string', default: '200' },
    together: { type: 'string', default: '1' },
  },
})
const MOST_TOGETHER = 64
const [pairs, rows, together] = [values.pairs, values.rows, values.together].map(Number) as [
  number,
  number,
  number,
]
if (
  ![pairs, rows, together].every((one) => Number.isInteger(one) && one > 0) ||
  together > MOST_TOGETHER
) {
  process.stderr.write(
    `usage: npm run test:attack -- --secrecy [--pairs N] [--rows N] [--together 1 to ${MOST_TOGETHER}]\n`,
  )
  process.exit(2)
}

/** How far the medians may be apart (milliseconds), over the 10,000 pairs of peers.md. */
const MOST_APART_MS = 5
/** Fewer pairs show a difference only where it is no chance: one in a thousand (two-sided). */
const ENOUGH_PAIRS = 10_000
const LEAST_Z = 3.29
const WARM_UP_PAIRS = 20
/** A session is replaced so long before its token ends (milliseconds). */
const MARGIN_MS = 60_000
const hidden = ['municipality'] as const
const WITHOUT_RATES = {
  KILDE_RATE_REQUESTER_PER_MINUTE: '0',
  KILDE_RATE_ORGANIZATION_PER_MINUTE: '0',
  KILDE_RATE_PATIENTS_PER_MINUTE: '0',
  KILDE_RATE_REQUESTER_AT_ONCE: `${2 * MOST_TOGETHER}`,
}

const QUERY = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  observations { nodes { id valueText } totalCount { value precision } complete
    sources { status returned dropped withheld reason elapsed asOf } }
  observationTrend(code: "http://loinc.org|8867-4", unit: "/min", bucket: DAY,
    period: { start: "2026-01-01T00:00:00Z", end: "2026-06-01T00:00:00Z" }) { buckets { count } leftOut complete sources { withheld } }
} }`
const BLOCK = 'mutation { block { inForce } }'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

interface Timed {
  readonly ms: number
  /** The answer without its instants. */
  readonly text: string
}

type Ask = () => Promise<Timed>

const network = await startTestNetwork({
  organizations: hidden,
  settings: { gateway: WITHOUT_RATES, municipality: { KILDE_DISCLOSURE: 'hidden' } },
  data: {
    ...{ patient: patients.copd, organizations: hidden, rows },
    until: new Date('2026-03-15T10:00:00+01:00'),
  },
})
let passed = false
try {
  await loadOther(network)
  const { body } = await network.askPrivacy('patient', BLOCK)
  if (body.errors) throw new Error(`the block was refused: ${JSON.stringify(body.errors)}`)
  passed = report(await measure())
} finally {
  await network.stop()
}
process.exitCode = passed ? 0 : 1

/** Somebody else's rows: an organisation whose only patient has blocked everything would be no other than an empty one. */
async function loadOther(into: TestNetwork): Promise<void> {
  const until = new Date('2026-03-15T10:00:00+01:00')
  await into.load(generateRows({ patient: patients.diabetes, organizations: hidden, rows, until }))
}

interface Pairs {
  readonly blocked: readonly number[]
  readonly empty: readonly number[]
  readonly unequal: number
}

/**
 * Pairs side by side, for answers wait for their instant and not for the machine. The two questions of a pair are asked one after the
 * other by the same requester, in changing order: whatever else goes on meets both alike.
 */
async function measure(): Promise<Pairs> {
  const times = { blocked: [] as number[], empty: [] as number[] }
  let [begun, unequal] = [0, 0]
  const one = async (): Promise<void> => {
    const [blocked, empty] = [asker(patients.copd), asker(patients.none)]
    const pair = async (blockedFirst: boolean) => {
      const first = blockedFirst ? await blocked() : undefined
      const other = await empty()
      return [first ?? (await blocked()), other] as const
    }
    for (let warm = 0; warm < Math.ceil(WARM_UP_PAIRS / together); warm++)
      await pair(warm % 2 === 0)
    while (begun < pairs) {
      const [of, other] = await pair(begun++ % 2 === 0)
      times.blocked.push(of.ms)
      times.empty.push(other.ms)
      if (of.text !== other.text) unequal += 1
    }
  }
  await Promise.all(Array.from({ length: together }, one))
  return { ...times, unequal }
}

function report({ blocked, empty, unequal }: Pairs): boolean {
  const [ofBlocked, ofEmpty] = [median(blocked), median(empty)]
  const apart = Math.abs(ofBlocked - ofEmpty)
  say(
    `${organizations.municipality.name}: ${rows} rows blocked, beside a patient of whom nothing is held`,
  )
  say(`median of blocked  ${ofBlocked.toFixed(2)} ms`)
  say(`median of empty    ${ofEmpty.toFixed(2)} ms  (ratio ${(ofBlocked / ofEmpty).toFixed(3)})`)
  const { share, z } = rankSum(blocked, empty)
  say(
    `one about the blocked takes longer than one about the empty in ${(100 * share).toFixed(1)} % (Mann-Whitney, z ${z.toFixed(2)}; 50 % tells nothing)`,
  )
  say(`${unequal} of ${pairs} pairs with different answers, ${together} at a time`)
  say(`${apart.toFixed(2)} ms apart over ${pairs} pairs (at most ${MOST_APART_MS})`)
  if (apart < MOST_APART_MS) return unequal === 0
  const isChance = pairs < ENOUGH_PAIRS && Math.abs(z) < LEAST_Z
  if (isChance) say('too few pairs to tell that from chance')
  return unequal === 0 && isChance
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[middle] ?? 0]
  return (low + high) / 2
}

/** Asks about one patient, signed in for that patient, and anew before the token ends. */
function asker({ identifier }: { readonly identifier: string }): Ask {
  let session: Promise<Session> | undefined
  const signedIn = async (): Promise<Session> => {
    const known = await session
    if (known && known.token.expiresAtMs - MARGIN_MS > Date.now()) return known
    session = network.signIn('nurse')
    return session
  }
  return async () => {
    const asking = await signedIn()
    const startedMs = performance.now()
    const request = { query: QUERY, variables: { identifier } }
    const { status, body } = await askAs(asking, `${network.gateway}/graphql`, request)
    const ms = performance.now() - startedMs
    if (status !== 200 || body.errors) throw new Error(`no answer: ${JSON.stringify(body.errors)}`)
    const text = JSON.stringify(body, (key, value) => (key === 'asOf' ? typeof value : value))
    return { ms, text }
  }
}
