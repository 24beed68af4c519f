// Transpiles every package's src to dist (types are checked by `tsc -b`, not here): under a second, so that services run
// as plain Node processes without a loader.
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const groups = ['subgraphs', 'packages', 'infra']

function packageFolders() {
  const nested = groups.flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name)),
  )
  return ['gateway', 'schemas', ...nested].filter((folder) =>
    existsSync(join(root, folder, 'src/index.ts')),
  )
}

function sources(folder) {
  return readdirSync(join(root, folder, 'src'), { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(root, folder, 'src', file))
}

async function buildPackage(folder) {
  const outdir = join(root, folder, 'dist')
  // A file that was renamed in src must not live on in dist. `page` is the built GraphiQL, made by its own script.
  for (const name of existsSync(outdir) ? readdirSync(outdir) : []) {
    if (name !== 'page') rmSync(join(outdir, name), { recursive: true })
  }
  // Policies and JSON schemas stand beside the code that reads them.
  cpSync(join(root, folder, 'src'), outdir, {
    recursive: true,
    filter: (from) => !from.endsWith('.ts'),
  })
  await build({
    entryPoints: sources(folder),
    outdir,
    outbase: join(root, folder, 'src'),
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'linked',
    logLevel: 'warning',
  })
}

await Promise.all(packageFolders().map(buildPackage))
