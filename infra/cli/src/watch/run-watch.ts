import { readDemo } from '../demo.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { findPersona } from '../personas.js'
import { graphqlAddress } from '../query/graphql-address.js'
import { type QuestionOptions, readQuestion } from '../query/read-question.js'
import { signIn } from '../query/sign-in.js'
import type { Surroundings } from '../surroundings.js'
import { openEvents } from './open-events.js'
import { watchQuery } from './watch-query.js'

export interface WatchOptions extends QuestionOptions {
  /** Key of a persona. */
  readonly as: string
  /** Base URL of a gateway, or its GraphQL address. Default: the running demo's. */
  readonly endpoint?: string
  readonly portBase?: string
  /** Ends after so many events. Default: when the stream ends. */
  readonly events?: string
}

/** Prints each event of a stream as a line of JSON, as long as the stream lasts. */
export async function runWatch(
  options: WatchOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const persona = findPersona(options.as)
  const question = await readQuestion(options, surroundings, {
    query: watchQuery,
    name: 'the query of `kilde watch`',
  })
  const elsewhere = options.endpoint === undefined ? undefined : graphqlAddress(options.endpoint)
  const demo = await readDemo(options.portBase, surroundings)
  const signedIn = await signIn(persona, demo, surroundings)
  const stream = await openEvents(elsewhere ?? graphqlAddress(demo.gateway), question, signedIn)
  let left = options.events === undefined ? Number.POSITIVE_INFINITY : Number(options.events)
  for await (const { event, data } of stream) {
    if (event !== 'next') break
    surroundings.out.write(`${data}\n`)
    if (isFailure(data)) return exitCodes.failed
    left -= 1
    if (left <= 0) break
  }
  return exitCodes.done
}

/** Why the stream ended, in place of data. */
const isFailure = (data: string): boolean =>
  (JSON.parse(data) as { readonly errors?: unknown }).errors !== undefined
