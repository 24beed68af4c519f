import { redactNumbers } from '@kilde/service'
import { z } from 'zod'
import { CliError } from '../errors.js'
import type { Part } from './part.js'
import type { Sent } from './send.js'

/** What became of one entry. `used`: it served others to refer to, and is not kept. */
export type Outcome = 'created' | 'updated' | 'unchanged' | 'used' | 'refused'

export interface EntryResult {
  readonly outcome: Outcome
  readonly faults: readonly Fault[]
}

/** What is wrong with one element. */
export interface Fault {
  /** FHIRPath below the entry, e.g. `resource.valueQuantity.code`; absent where it is the request as a whole. */
  readonly element?: string
  readonly text: string
}

const text = z.string().transform(redactNumbers)
const outcome = z.object({
  resourceType: z.literal('OperationOutcome'),
  issue: z.array(
    z.object({
      severity: z.string(),
      code: z.string().optional(),
      details: z.object({ text: text.optional() }).optional(),
      diagnostics: text.optional(),
      expression: z.array(text).optional(),
    }),
  ),
})
const bundle = z.object({
  resourceType: z.literal('Bundle'),
  entry: z
    .array(
      z.object({
        response: z.object({
          status: z.string(),
          location: z.string().optional(),
          outcome: outcome.optional().catch(undefined),
        }),
      }),
    )
    .default([]),
})

type Issue = z.infer<typeof outcome>['issue'][number]

/** The whole request was refused for what it says; another request may well be taken. */
const FAULT_OF_REQUEST = [400, 409, 413, 422]

/**
 * Reads a node's answer: one result for each entry that was sent, in order.
 * @throws CliError `LOAD_REFUSED` where the node takes nothing from this client at all, `ANSWER_UNUSABLE`
 */
export function readSent({ status, text: body }: Sent, { origins }: Part): readonly EntryResult[] {
  const value = parse(body)
  if (status < 300) {
    const read = bundle.safeParse(value)
    if (read.success && read.data.entry.length === origins.length) {
      return read.data.entry.map(({ response }) => resultOf(response))
    }
    throw new CliError('ANSWER_UNUSABLE', {
      text: 'The node took the Bundle, and its answer does not say what became of each entry.',
    })
  }
  const issues = outcome.safeParse(value).data?.issue ?? []
  if (FAULT_OF_REQUEST.includes(status)) return refusedWhole(origins.length, issues, status)
  const reason = issues[0] ? textOf(issues[0]) : messageIn(value)
  throw new CliError('LOAD_REFUSED', {
    text: `The node refused (HTTP status ${status}): ${reason}`,
  })
}

type Response = z.infer<typeof bundle>['entry'][number]['response']

function resultOf({ status, location, outcome: said }: Response): EntryResult {
  const issues = said?.issue ?? []
  if (!status.startsWith('2')) {
    const faults = issues.filter(({ severity }) => severity === 'error' || severity === 'fatal')
    return { outcome: 'refused', faults: (faults.length > 0 ? faults : issues).map(faultOf) }
  }
  if (status.startsWith('201')) return { outcome: 'created', faults: [] }
  if (location === undefined) return { outcome: 'used', faults: [] }
  const isHeld = issues.some(({ code }) => code === 'duplicate')
  return { outcome: isHeld ? 'unchanged' : 'updated', faults: [] }
}

/** Of a transaction one faulty entry keeps all others out: these say why, too. */
function refusedWhole(
  count: number,
  issues: readonly Issue[],
  status: number,
): readonly EntryResult[] {
  const byEntry = new Map<number, Fault[]>()
  for (const issue of issues) {
    const index = entryIndex(issue.expression?.[0])
    byEntry.set(index, [...(byEntry.get(index) ?? []), faultOf(issue)])
  }
  const general = byEntry.get(-1) ?? [
    issues.length > 0
      ? { text: 'another entry of its transaction is refused' }
      : { text: `the node refused the request (HTTP status ${status})` },
  ]
  return Array.from({ length: count }, (_, index) => ({
    outcome: 'refused',
    faults: byEntry.get(index) ?? general,
  }))
}

const ENTRY = /^Bundle\.entry\[(\d+)\]\.?/

const entryIndex = (expression: string | undefined): number =>
  Number(expression?.match(ENTRY)?.[1] ?? -1)

function faultOf(issue: Issue): Fault {
  const element = issue.expression?.[0]?.replace(ENTRY, '')
  return { text: textOf(issue), ...(element && { element }) }
}

const textOf = ({ details, diagnostics }: Issue): string =>
  details?.text ?? diagnostics ?? 'no reason given'

const refusal = z.object({ errors: z.tuple([z.object({ message: text })]).rest(z.unknown()) })

const messageIn = (value: unknown): string =>
  refusal.safeParse(value).data?.errors[0].message ?? 'no reason given'

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
