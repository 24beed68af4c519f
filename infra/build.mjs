// Transpiles every package's src to dist (types are checked by `tsc -b`, not here): under a second, so that services run
// as plain Node processes without a loader. Only what has changed is written, each file at once: a demo that is running from
// these files must not lose one under its feet.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
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

/** Files below a folder, as paths from it. */
function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

async function buildPackage(name) {
  const source = join(root, name, 'src')
  const target = join(root, name, 'dist')
  const files = filesIn(source)
  const { outputFiles } = await build({
    entryPoints: files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
    outdir: target,
    outbase: source,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'linked',
    logLevel: 'warning',
    write: false,
  })
  // Policies, queries and JSON schemas stand beside the code that reads them.
  const copies = files
    .filter((file) => !file.endsWith('.ts'))
    .map((file) => ({ path: file.replace(source, target), contents: readFileSync(file) }))
  const made = [...outputFiles, ...copies]
  for (const { path, contents } of made) writeWhole(path, contents)
  removeOthers(target, new Set(made.map(({ path }) => path)))
}

function writeWhole(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(contents))) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.${process.pid}`, contents)
  renameSync(`${path}.${process.pid}`, path)
}

/** A file that was renamed in src must not live on in dist. `page` is the built GraphiQL, made by its own script. */
function removeOthers(target, made) {
  for (const file of filesIn(target)) {
    if (!made.has(file) && !file.startsWith(join(target, 'page'))) rmSync(file, { force: true })
  }
}

await Promise.all(packageFolders().map(buildPackage))
