import { z } from 'zod'

const word = z.object({ code: z.string(), text: z.string() }).nullable()
const named = z.object({ name: z.string().nullable() }).nullable()

/** One access as the patient's log tells it: names and words, no number of a person. */
const entry = z.object({
  id: z.string(),
  recorded: z.string(),
  text: z.string(),
  outcome: z.string(),
  reason: word,
  who: z.object({
    kind: z.string(),
    name: z.string().nullable(),
    role: word,
    organization: named,
    pointOfCare: named,
    department: z.string().nullable(),
    client: z.string().nullable(),
  }),
  onBehalfOf: z.object({ isPatient: z.boolean(), organization: named }).nullable(),
  purpose: word,
  legalBasis: z.string().nullable(),
  decision: z.object({ id: z.string(), description: z.string().nullable() }).nullable(),
  classes: z.array(z.object({ code: z.string(), text: z.string() })),
  items: z.array(z.string()),
  recordedBy: z.array(z.object({ organization: named, log: z.string() })),
  trace: z.string().nullable(),
  requestId: z.string(),
})
export type Entry = z.infer<typeof entry>

const source = z.object({
  organization: z.object({ name: z.string().nullable() }),
  status: z.string(),
  reason: z.string().nullable(),
})
/** What one log said. */
export type LogReport = z.infer<typeof source>

/** A page of the log as the gateway answers it. */
export const logPage = z.object({
  patient: z.object({
    accessLog: z.object({
      nodes: z.array(entry),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      complete: z.boolean(),
      sources: z.array(source),
    }),
  }),
})

/** The log as it is taken out: all pages, and what is missing. */
export interface TakenOut {
  readonly entries: readonly Entry[]
  /** Logs that did not answer in full, by any page. */
  readonly missing: readonly LogReport[]
  readonly complete: boolean
  readonly takenAt: string
}

export const hasAnswered = ({ status }: LogReport): boolean => status === 'OK' || status === 'EMPTY'
