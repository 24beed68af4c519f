// npm run bench: transpiles the benchmark beside itself (as infra/build.mjs does for the services) and hands over to it.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))
const sources = readdirSync(here, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.ts') && !name.startsWith('dist'))

await build({
  entryPoints: sources.map((name) => `${here}${name}`),
  outdir: `${here}dist`,
  outbase: here,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: 'linked',
  logLevel: 'warning',
})
// `npm run load` is the other program.
await import(
  process.env['KILDE_BENCH_PROGRAM'] === 'load' ? './dist/load/main.js' : './dist/main.js'
)
