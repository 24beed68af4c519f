// Fails where docs/security-model.md names a test that does not exist or that no suite runs, where a row of its maps names none
// and does not say why, or where a heading of what it maps has no row. A test is named as `file › title`, the title as it stands
// in the code. Takes another page to check as its argument.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { problemsOf } from './security-map.mjs'

const page = process.argv[2] ?? fileURLToPath(new URL('../docs/security-model.md', import.meta.url))
const problems = problemsOf(readFileSync(page, 'utf8'))
if (problems.length > 0) {
  process.stderr.write(`docs/security-model.md:\n  ${problems.join('\n  ')}\n`)
  process.exit(1)
}
