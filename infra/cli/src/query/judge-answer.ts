import { redactNumbers } from '@kilde/service'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { coloursFor } from '../style.js'
import type { Output } from '../surroundings.js'
import type { Answer } from './ask-gateway.js'
import { completenessOf } from './completeness.js'
import type { Question } from './read-question.js'

/** The exit code for an answer; whatever is not as it should be is said on standard error. */
export function judgeAnswer(answer: Answer, question: Question, err: Output): ExitCode {
  const { status, graphql } = answer
  const { red, yellow } = coloursFor(err)
  if (status >= 400 || graphql.errors.length > 0 || graphql.data == null) {
    for (const line of errorLines(answer)) err.write(`${red('kilde:')} ${redactNumbers(line)}\n`)
    return exitCodes.failed
  }
  const completeness = completenessOf(graphql.data, question.document, question.operationName)
  if (completeness === 'COMPLETE') return exitCodes.done
  err.write(`${yellow('kilde:')} ${notes[completeness]}\n`)
  return completeness === 'INCOMPLETE' ? exitCodes.partly : exitCodes.done
}

const notes = {
  INCOMPLETE: 'the answer is incomplete; its `sources` tell what is missing.',
  UNKNOWN: 'whether the answer is complete is not known: select `complete` in every list.',
} as const

const MOST_LINES = 5

function errorLines({ status, graphql: { errors } }: Answer): readonly string[] {
  if (errors.length === 0) return [`the gateway gave no answer (HTTP status ${status}).`]
  const lines = errors.map(({ message, extensions }) =>
    extensions?.code === undefined ? message : `${extensions.code}: ${message}`,
  )
  const more = lines.length - MOST_LINES
  return more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more.`] : lines
}
