import { CliError } from '../errors.js'

/**
 * The GraphQL address of a gateway given by its base URL or by that address itself.
 * @throws CliError `USAGE`
 */
export function graphqlAddress(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.username) {
    throw new CliError('USAGE', {
      text: '--endpoint takes an http or https address, e.g. http://127.0.0.1:4000.',
    })
  }
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${path.endsWith('/graphql') ? path : `${path}/graphql`}`
}
