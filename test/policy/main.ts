// Runs the shared vectors against a node's own decision. `run.mjs` starts this; `--write` writes the files from the oracle.
import { writeFileSync } from 'node:fs'
import { vectorFiles } from './cells.js'
import { fileUrl, runVectors, textOf } from './vectors.js'

if (process.argv.includes('--write')) {
  for (const [name, file] of Object.entries(vectorFiles()))
    writeFileSync(fileUrl(name), textOf(file))
}
const { cells, mismatches, stale } = await runVectors()
for (const one of mismatches.slice(0, 10)) process.stdout.write(`${JSON.stringify(one)}\n`)
for (const name of stale) process.stdout.write(`${name} is not what the oracle says\n`)
process.stdout.write(`${cells} cells, ${mismatches.length} mismatches\n`)
process.exitCode = mismatches.length === 0 && stale.length === 0 ? 0 : 1
