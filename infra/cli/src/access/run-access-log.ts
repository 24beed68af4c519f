import { parse } from 'graphql'
import { z } from 'zod'
import { readDemo } from '../demo.js'
import { CliError } from '../errors.js'
import type { ExitCode } from '../exit-codes.js'
import { formatJson } from '../format-json.js'
import { findPersona } from '../personas.js'
import { type Answer, askGateway } from '../query/ask-gateway.js'
import { graphqlAddress } from '../query/graphql-address.js'
import { judgeAnswer } from '../query/judge-answer.js'
import { readPatient } from '../query/read-patient.js'
import { signIn } from '../query/sign-in.js'
import type { Surroundings } from '../surroundings.js'
import { accessLogQuery } from './access-log-query.js'
import { formatOf, takeOut } from './take-out.js'

export interface AccessLogOptions {
  readonly as: string
  readonly patient?: string
  readonly first: string
  readonly language: string
  readonly all?: true
  readonly json?: true
  /** File that the whole log is written to. */
  readonly export?: string
  readonly portBase?: string
}

const answered = z.object({
  patient: z.object({
    accessLog: z.object({
      nodes: z.array(z.object({ recorded: z.string(), text: z.string() })),
      pageInfo: z.object({ hasNextPage: z.boolean() }),
      sources: z.array(
        z.object({
          organization: z.object({ name: z.string().nullable() }),
          status: z.string(),
          reason: z.string().nullable(),
        }),
      ),
    }),
  }),
})

/** Rows of a page that is taken out. */
const EXPORTED_ROWS = 200

/** Prints a patient's access log, or writes it to a file, as the gateway merges it for this request. */
export async function runAccessLog(
  options: AccessLogOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (options.export !== undefined) formatOf(options.export)
  const persona = findPersona(options.as)
  const variables = {
    ...readOptions(options),
    identifier: options.patient
      ? await readPatient(options.patient, surroundings)
      : (persona.citizen?.onBehalfOf ?? persona.pid),
  }
  const demo = await readDemo(options.portBase, surroundings)
  const signedIn = await signIn(persona, demo, surroundings)
  const document = parse(accessLogQuery, { noLocation: true })
  const ask = (more: object = {}) => {
    const question = { query: accessLogQuery, document, variables: { ...variables, ...more } }
    return askGateway(graphqlAddress(demo.gateway), question, signedIn)
  }
  const question = { query: accessLogQuery, document, variables }
  const { err } = surroundings
  if (options.export !== undefined) {
    const file = options.export
    const judge = (answer: Answer, isFirst: boolean) =>
      judgeAnswer(answer, question, isFirst ? err : { ...err, write: () => {} })
    return takeOut(
      { file, judge, ask: (after) => ask({ first: EXPORTED_ROWS, after }) },
      surroundings,
    )
  }
  const answer = await ask()
  if (options.json) surroundings.out.write(`${formatJson(answer.body)}\n`)
  else printLog(answer.graphql.data, surroundings)
  return judgeAnswer(answer, question, err)
}

/** @throws CliError `USAGE` */
function readOptions({ first, language, all }: AccessLogOptions) {
  const rows = /^\d{1,4}$/.test(first) ? Number(first) : 0
  if (rows < 1 || rows > 1_000) throw new CliError('USAGE', { text: '--first takes 1 to 1000.' })
  const code = language.toUpperCase()
  if (code !== 'NB' && code !== 'EN')
    throw new CliError('USAGE', { text: '--language takes nb or en.' })
  return { first: rows, language: code, ownLookups: all ?? false }
}

function printLog(data: unknown, { out, err }: Surroundings): void {
  const read = answered.safeParse(data)
  if (!read.success) return
  const { nodes, pageInfo, sources } = read.data.patient.accessLog
  for (const { recorded, text } of nodes) out.write(`${recorded}  ${text}\n`)
  for (const { organization, status, reason } of sources) {
    if (status === 'OK' || status === 'EMPTY') continue
    err.write(`kilde: ${organization.name ?? 'an organisation'}: ${status} ${reason ?? ''}\n`)
  }
  if (pageInfo.hasNextPage) err.write('kilde: there are older accesses: --first shows more.\n')
  out.write(`${nodes.length} accesses\n`)
}
