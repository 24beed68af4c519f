import { GatewayError } from './errors.js'
import { isDeeperThan } from './json-depth.js'

/** Levels of one variable. What walks through values calls itself for each level. */
const MOST_OF_VARIABLE = 20

/** Where a client's JSON stands: a whole request, or one of its parts alone, as an address holds it. */
type Held = 'REQUEST' | 'PART'
/** Levels around a variable: the request and its variables, or these alone. */
const around: Readonly<Record<Held, number>> = { REQUEST: 2, PART: 1 }

/**
 * A client's JSON (UTF-8), bounded before it is parsed.
 * @throws GatewayError `REQUEST_MALFORMED`
 */
export function parseRequestJson(json: Uint8Array, held: Held = 'REQUEST'): unknown {
  if (isDeeperThan(around[held] + MOST_OF_VARIABLE, json)) {
    throw new GatewayError('REQUEST_MALFORMED', {
      text: `The variables are too deep: at most ${MOST_OF_VARIABLE} levels.`,
    })
  }
  try {
    return JSON.parse(Buffer.from(json).toString('utf8'))
  } catch {
    throw new GatewayError('REQUEST_MALFORMED')
  }
}
