import type { CatalogueState, StateInput } from '@kilde/catalogue'
import { identifierToken, parsePatientIdentifier } from '@kilde/contract'
import {
  type AskSource,
  createByFilter,
  createEngine,
  createPlan,
  documentLimits,
  gatewayErrors,
  type Locator,
} from '@kilde/gateway'
import { type Epoch, type Holdings, maySee, openHoldings, signHoldings } from '@kilde/locate'
import { serviceErrors, silentLogger } from '@kilde/service'
import { generateKey, publicPart } from '@kilde/trust'
import { type LocalEvaluator, localEvaluator } from '../../kit/evaluator.js'
import { people } from './people.js'

export const dataClass = 'Observation'
const NOW = Date.parse('2026-11-22T12:00:00Z')
export const MAX_AGE_MS = 900_000

/** A number of an organisation that nobody has: 310 and six digits, of which the last is not checked here. */
export const numberOf = (index: number): string => `3100${String(10_000 + index)}`

/** A report of one source, as the client sees it. */
export interface Told {
  readonly organization: string
  readonly status: string
  readonly reason: string | null
  readonly asOf: string | null
}

export interface Answered {
  readonly complete: boolean
  readonly sources: readonly Told[]
  readonly completeness: {
    readonly agreed: number
    readonly asked: number
    readonly notAsked: number
  }
}

/** Those whom the tests ask about. */
const ASKED_FOR = people(3).map((value) => identifierToken(parsePatientIdentifier(value)))

/** Many organisations, their filters, and one engine that asks them. Nodes answer that they hold nothing; who was asked is noted. */
export interface Many {
  readonly state: CatalogueState
  readonly evaluator: LocalEvaluator
  readonly filters: Map<string, Holdings>
  readonly epochs: Epoch[]
  /** Organisations that do not say that their filters hold still. */
  readonly silent: Set<string>
  nowMs: number
  readonly asked: string[]
  /** Publishes a filter of one organisation. */
  publish(number: string, patients: readonly string[], change?: Change): Promise<void>
  /** Asks about a patient, with all organisations that may be asked. */
  ask(identifier: string, field?: string): Promise<Answered>
  stop(): Promise<void>
}

interface Change {
  readonly asOfMs?: number
  readonly covers?: readonly string[]
  readonly evaluator?: LocalEvaluator
}

export interface ManyOptions {
  readonly count: number
  readonly askAllMax?: number
  /** Changes what the registry holds. */
  readonly alter?: (state: CatalogueState) => CatalogueState
  readonly numbersOf?: (value: string) => Promise<readonly string[]>
  /** Another way of finding out than by filter. */
  readonly locator?: Locator
}

export async function startMany(options: ManyOptions): Promise<Many> {
  const key = await generateKey()
  const state = stateOf(options)
  const evaluator = localEvaluator()
  const epochs = [evaluator.epoch]
  const asked: string[] = []
  const filters = new Map<string, Holdings>()
  const silent = new Set<string>()
  const { numbersOf } = options
  const locator = createByFilter({
    filters: {
      of: (number, of) => filters.get(`${number} ${of}`),
      heldAt: ({ organization, asOfMs }) => (silent.has(organization) ? undefined : asOfMs),
      epochs: () => epochs,
    },
    evaluate: (_asked, wanted, tokens) => evaluator.evaluate(wanted, tokens),
    ...(numbersOf && {
      numbersOf: async ({ patient }) =>
        (await numbersOf(patient.value)).map(parsePatientIdentifier),
    }),
    maxAgeMs: MAX_AGE_MS,
    now: () => many.nowMs,
  })
  const engine = await createEngine({
    follower: { current: () => ({ state, confirmedAtMs: many.nowMs, stale: false }) },
    ask: noting(asked, () => many.nowMs),
    narrowing: { locator: options.locator ?? locator, askAllMax: options.askAllMax ?? 20 },
    cursorKeys: { current: Buffer.alloc(32, 1) },
    handleKey: Buffer.alloc(32, 2),
    sourceTimeoutMs: 60_000,
    requestTimeoutMs: 60_000,
    errors: { ...serviceErrors, ...gatewayErrors },
    logger: silentLogger,
    now: () => many.nowMs,
  })
  await engine.start()
  const plan = createPlan(documentLimits)
  const many: Many = {
    state,
    evaluator,
    filters,
    epochs,
    silent,
    nowMs: NOW,
    asked,
    async publish(organization, patients, change = {}) {
      const { asOfMs = many.nowMs, covers = [], evaluator: by = evaluator } = change
      const tokens = patients.map((value) => identifierToken(parsePatientIdentifier(value)))
      const content = { organization, dataClass, covers, asOfMs, epoch: by.epoch }
      const outputs = by.outputs(tokens)
      const others = by.outputs(ASKED_FOR.filter((token) => !tokens.includes(token)))
      // One filter in a thousand takes somebody for one whom it holds; with another salt it takes somebody else.
      for (;;) {
        const jws = await signHoldings({ ...content, falsePositiveRate: 0.001, outputs }, key)
        const holdings = await openHoldings(jws, [publicPart(key)], { organization, dataClass })
        if (others.some((output) => maySee(holdings, output))) continue
        filters.set(`${organization} ${dataClass}`, holdings)
        return
      }
    },
    async ask(identifier, field = 'observations(first: 5)') {
      asked.length = 0
      const answered = await engine.run(
        await plan(requestOf(identifier, field, many.nowMs) as never),
      )
      const { data, errors } = JSON.parse(answered.result.toString())
      if (errors) throw new Error(JSON.stringify(errors))
      return readAnswer(data.patient.list)
    },
    stop: () => engine.stop(),
  }
  return many
}

function stateOf({ count, alter = (state) => state }: ManyOptions): CatalogueState {
  const numbers = Array.from({ length: count }, (_, index) => numberOf(index))
  const [own = ''] = numbers
  const organizations = numbers.map((number) => ({
    number,
    name: `Organisation ${number}`,
    kind: 'MUNICIPALITY' as const,
    endpoint: `http://127.0.0.1:4401/${number}`,
    dataClasses: [dataClass],
    contractVersion: '1.0',
    state: 'ACTIVE' as const,
    servesCitizens: true,
  }))
  const agreements = numbers.slice(1).map((provider) => ({
    id: provider,
    consumer: own,
    provider,
    dataClasses: [dataClass],
    purposes: ['TREAT'],
    legalBasis: 'helsepersonelloven § 45',
    riskAssessment: 'ROS-2026-1',
    validFrom: '2026-01-01',
  }))
  const memberships = numbers.map((organization) => ({
    organization,
    acceptedTerms: [{ version: '1', date: '2026-01-01' }],
    validFrom: '2026-01-01',
  }))
  const content = { organizations, agreements, memberships } satisfies StateInput
  return alter({ ...content, version: 1, issuedAt: new Date(NOW).toISOString() })
}

const noting =
  (asked: string[], now: () => number): AskSource =>
  async ({ number }, { expected }) => {
    asked.push(number)
    const page = {
      ...{ rows: [], unusable: [], part: undefined, hasNextPage: false, last: undefined },
      ...{ toldTo: undefined, total: undefined, dropped: 0, withheld: 'NONE', reason: undefined },
      ...{ status: 'EMPTY' as const, asOf: new Date(now()).toISOString() },
      contractVersion: '1.0',
    }
    const pages = expected.fields.map(() => page)
    return { organization: number, status: 'EMPTY', reason: undefined, elapsedMs: 1, pages }
  }

function requestOf(identifier: string, field: string, nowMs: number): object {
  const [own] = [numberOf(0)]
  const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
    list: ${field} {
      complete completeness { agreed asked notAsked }
      sources { organization { number } status reason asOf }
    } } }`
  return {
    requestId: 'r',
    receivedAtMs: nowMs,
    authorization: 'DPoP token',
    signal: new AbortController().signal,
    body: Buffer.from(JSON.stringify({ query, variables: { identifier } })),
    requester: {
      ...{ kind: 'professional', subject: 'subject', purpose: 'TREAT', organization: own },
      ...{ tokenHash: 'hash', attest: { decisionRef: { id: 'd' } } },
    },
  }
}

function readAnswer(list: {
  readonly complete: boolean
  readonly completeness: Answered['completeness']
  readonly sources: readonly (Omit<Told, 'organization'> & {
    readonly organization: { readonly number: string }
  })[]
}): Answered {
  const sources = list.sources.map((source) => ({
    ...source,
    organization: source.organization.number,
  }))
  return { ...list, sources }
}
