import { readFileSync } from 'node:fs'

/**
 * The query of the README's first screen, which the demo prints and `kilde query` asks without `--file`: for the patient with
 * COPD, five measurements from three organisations. Its variable is `$identifier`.
 */
export const readmeQuery: string = readFileSync(
  new URL('./readme-query.graphql', import.meta.url),
  'utf8',
)
