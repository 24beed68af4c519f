import { randomBytes } from 'node:crypto'
import type { LocatedProvider } from '@kilde/catalogue'
import { parsePatientIdentifier } from '@kilde/contract'
import { getOperationAST, getVariableValues, parse, validate } from 'graphql'
import { type Contract, contract } from '../../src/merge/contract.js'
import { Cursors } from '../../src/merge/cursor.js'
import { Plans } from '../../src/merge/plans.js'
import { createAskAgain } from '../../src/path/ask-again.js'
import { createFanOut } from '../../src/path/fan-out.js'
import { answer } from '../../src/path/index.js'
import { createMerge } from '../../src/path/merge.js'
import { createPrepare } from '../../src/path/prepare.js'
import type { Asked } from '../../src/path/stage.js'
import { Trail } from '../../src/path/trail.js'
import { PatientHandles } from '../../src/patient-handles.js'
import type { AskSource, SourceQuestion } from '../../src/transport/ask-source.js'
import { readAnswer } from '../../src/transport/read-answer.js'
import type { SourceAnswer } from '../../src/transport/source-answer.js'
import type { HeldRow } from './rows.js'
import { answerAs } from './simulated-source.js'

export const patient = parsePatientIdentifier('08825133489')

export const provider = (
  number: string,
  state: LocatedProvider['state'] = 'ACTIVE',
): LocatedProvider => ({
  number,
  name: number,
  endpoint: 'http://127.0.0.1:1',
  audience: `kilde:organization:${number}`,
  contractVersion: '1.1',
  state,
  ground: 'AGREEMENT',
  agreements: [],
  predecessors: [],
})

export const askedBy = (signal = new AbortController().signal): Asked =>
  ({
    patient,
    trail: new Trail(),
    authorization: 'DPoP requester-token',
    receivedAtMs: 0,
    requester: {
      kind: 'professional',
      subject: 'subject',
      organization: '310000108',
      purpose: 'TREAT',
      attest: { decisionRef: { id: 'd1' } },
    },
    traceparent: undefined,
    signal,
  }) as unknown as Asked

export interface Scatter {
  readonly held: Readonly<Record<string, readonly HeldRow[]>>
  readonly variables?: Readonly<Record<string, unknown>>
  /** What becomes of sources that do not answer. */
  readonly failed?: Readonly<Record<string, Pick<SourceAnswer, 'status' | 'reason'>>>
  readonly providers?: readonly LocatedProvider[]
  readonly contract?: Contract
  /** What else is known of the request, e.g. that its requester signed it. */
  readonly request?: Partial<Asked>
  /** What a source sends, where it is not made of `held`. */
  readonly answer?: (organization: string, question: SourceQuestion) => string
  /** Changes what a source sends. */
  readonly alter?: (text: string, organization: string) => string
  /** Who refuses which question, for the requester's role. */
  readonly refuses?: (organization: string, question: SourceQuestion) => boolean
  readonly asked?: (organization: string, question: SourceQuestion) => void
}

const key = randomBytes(32)
const cursors = new Cursors({ current: key })
const plans = new Plans(contract)

/** Asks simulated sources as the gateway does: its own inner line, with what stands for the network in these tests. */
export async function askAll(operation: string, scatter: Scatter): Promise<unknown> {
  const { variables = {}, contract: by = contract } = scatter
  const document = parse(operation)
  const definition = getOperationAST(document)
  const { coerced, errors } = getVariableValues(by.schema, definition?.variableDefinitions ?? [], {
    identifier: 'x',
    ...variables,
  })
  if (!coerced) throw new Error(JSON.stringify(errors))
  const plan = (by === contract ? plans : new Plans(by)).planOf(document, undefined, coerced)
  const texts = [plan.sourceQuery, ...plan.apart.map(({ text }) => text)]
  const faults = texts.flatMap((text) => validate(by.schema, parse(text)))
  if (faults.length > 0) throw new Error(`${plan.sourceQuery} ${JSON.stringify(faults)}`)
  const fetch = createPrepare(cursors)({ ...askedBy(), ...scatter.request }, plan, coerced)
  const body = await answer(stepsOf(scatter, by), fetch)
  return (JSON.parse(body.toString('utf8')) as { data: unknown }).data
}

function stepsOf(scatter: Scatter, by: Contract) {
  const numbers = [...Object.keys(scatter.held), ...Object.keys(scatter.failed ?? {})]
  const providers = scatter.providers ?? numbers.map((number) => provider(number))
  const fanOut = { ask: askOf(scatter, by), timeLeftMs: () => 1_000 }
  return {
    locate: () => ({ providers, confirmedAtMs: Date.parse('2026-01-01T00:00:00Z'), stale: false }),
    afford: () => {},
    fanOut: createFanOut(fanOut),
    askAgain: createAskAgain(fanOut),
    merge: createMerge({
      cursors,
      handles: new PatientHandles(key),
      organizations: {
        textsOf: async (_fields, asked) => asked.map((number) => `{"name":"Name of ${number}"}`),
      },
    }),
  }
}

function askOf(scatter: Scatter, by: Contract): AskSource {
  return async ({ number: organization }, question) => {
    scatter.asked?.(organization, question)
    const failed = scatter.refuses?.(organization, question)
      ? ({ status: 'REFUSED', reason: 'ROLE' } as const)
      : scatter.failed?.[organization]
    const elapsedMs = 1
    if (failed) return { organization, elapsedMs, pages: [], ...failed }
    const rows = scatter.held[organization] ?? []
    const text =
      scatter.answer?.(organization, question) ??
      answerAs(by.schema, { organization, rows }, question.body)
    const sent = scatter.alter?.(text, organization) ?? text
    const pages = readAnswer(Buffer.from(sent), { ...question.expected, organization })
    const status = pages.some((page) => page.status === 'OK') ? 'OK' : 'EMPTY'
    return { organization, status, reason: undefined, elapsedMs, pages }
  }
}

/** An operation about one patient. */
export const operationOf = (below: string): string =>
  `query ($identifier: PatientIdentifier!, $no: Boolean = false, $yes: Boolean = true) { patient(identifier: $identifier) { ${below} } }`
