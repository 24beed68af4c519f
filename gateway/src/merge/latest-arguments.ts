import { isCodeToken, type Variables } from '@kilde/contract'
import { GatewayError } from '../errors.js'

const MOST_CODES = 50

/**
 * The codes of which the latest row is asked for, each once, checked before anybody is asked.
 * @throws GatewayError `ARGUMENT_OUT_OF_RANGE`, naming argument and range.
 */
export function readLatestArguments(args: Variables): readonly string[] {
  const codes: unknown = args['codes']
  if (!Array.isArray(codes) || codes.length === 0 || codes.length > MOST_CODES)
    throw outOfRange(`\`codes\` must name 1 to ${MOST_CODES} codes.`)
  const tokens = codes.filter(
    (code): code is string => typeof code === 'string' && isCodeToken(code),
  )
  if (tokens.length < codes.length)
    throw outOfRange('`codes` must hold FHIR tokens, `system|code`.')
  if (new Set(tokens).size < tokens.length) throw outOfRange('`codes` must name each code once.')
  return tokens
}

const outOfRange = (text: string): GatewayError =>
  new GatewayError('ARGUMENT_OUT_OF_RANGE', { text })
