import { sha256 } from '@kilde/cli/conformance'
import { type Asked, type Change, type Told, toldOf } from './wrong-node.js'

/** One thing that a node does wrong, and the rules that it breaks by that: no more, no fewer. */
export interface Fault {
  readonly name: string
  readonly change: Change
  readonly breaks: readonly string[]
  /** A node that wants nonces, answers only signed requests and never discloses. Default: the node as it comes. */
  readonly world?: 'strict'
}

// JSON of answers, changed in place: a copy of it, which nobody else has.
// biome-ignore lint/suspicious/noExplicitAny: whatever a wrong node says
export type Json = any

type Holds = (asked: Asked, told: Told) => boolean

/** Lets through what the right node refuses. */
export const lets =
  (holds: Holds): Change =>
  (told, asked, lastGood) =>
    told.status >= 400 && holds(asked, told) ? (lastGood ?? GOOD) : told

const GOOD = toldOf(200, { 'content-type': 'application/json' }, '{"data":{"patient":{"id":"x"}}}')

/** Lets through what is refused with this code. */
export const letsCode = (...codes: readonly string[]): Change =>
  lets((_, { code }) => codes.includes(code))

/** Refuses what the right node answers. */
export const refuses =
  (holds: Holds, status = 400): Change =>
  (told, asked) =>
    told.status === 200 && holds(asked, told)
      ? toldOf(status, told.headers, '{"errors":[{"message":"No.","extensions":{"code":"NO"}}]}')
      : told

/** Headers of answers; undefined takes one away. */
export const header =
  (name: string, value: string | undefined, holds: Holds = () => true): Change =>
  (told, asked) => {
    if (!holds(asked, told)) return told
    const { [name]: _was, ...rest } = told.headers
    return { ...told, headers: value === undefined ? rest : { ...rest, [name]: value } }
  }

/** The JSON of an answer. */
export const json =
  (holds: Holds, change: (value: Json, asked: Asked) => void): Change =>
  (told, asked) => {
    if (!holds(asked, told)) return told
    const value: Json = structuredClone(told.json)
    change(value, asked)
    return toldOf(told.status, told.headers, JSON.stringify(value))
  }

/** A list in an answer with rows, as the checks ask for it. */
export const list = (
  change: (found: Json, asked: Asked) => void,
  holds: Holds = () => true,
  withRows = true,
): Change =>
  json(
    (asked, told) => {
      const found: Json = told.json
      const edges = found?.data?.patient?.list?.edges
      return Array.isArray(edges) && edges.length > 0 === withRows && holds(asked, told)
    },
    (value, asked) => change(value.data.patient.list, asked),
  )

/** Each row of such a list. */
export const eachRow = (change: (edge: Json) => void, holds?: Holds): Change =>
  list((found) => found.edges.forEach(change), holds)

/** A field of `Patient` in an answer. */
export const field = (
  name: string,
  change: (found: Json, asked: Asked) => void,
  holds: Holds = () => true,
): Change =>
  json(
    (asked, told) => (told.json as Json)?.data?.patient?.[name] !== undefined && holds(asked, told),
    (value, asked) => change(value.data.patient[name], asked),
  )

/** A right proof of another token. */
export const isOfToken = ({ proof, authorization }: Asked): boolean =>
  proof['ath'] === sha256(authorization.replace(/^DPoP /, ''))
