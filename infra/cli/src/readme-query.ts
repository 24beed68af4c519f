import { readFileSync } from 'node:fs'

/** The query of the README's first screen, which `kilde query` asks without `--file`. Its variable is `$identifier`. */
export const readmeQuery: string = readFileSync(
  new URL('./readme-query.graphql', import.meta.url),
  'utf8',
)
