// Run or imported, builds the page of GraphiQL into dist/page, unless sources and versions are those of the last build.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const page = join(here, 'page')
const out = join(here, 'dist/page')
const stamp = join(out, 'built-from')

const wanted = await fingerprint()
if ((await readFile(stamp, 'utf8').catch(() => '')) !== wanted) await buildPage()

async function buildPage() {
  // Beside its place, then moved: a page that is being served is never half there.
  const fresh = `${out}.${process.pid}`
  await bundle(fresh)
  await compress(join(fresh, 'assets'))
  await writeFile(join(fresh, 'built-from'), wanted)
  await mkdir(dirname(out), { recursive: true })
  await rm(out, { recursive: true, force: true })
  await rename(fresh, out)
}

/** Of everything the page is made of: its sources, what it shares with its back end, and the versions installed. */
async function fingerprint() {
  const entries = await readdir(page, { recursive: true, withFileTypes: true })
  const sources = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const others = ['src/settings.ts', 'package.json', 'build-page.mjs', '../../pnpm-lock.yaml']
  const hash = createHash('sha256')
  for (const file of [...sources.sort(), ...others.map((other) => join(here, other))]) {
    hash.update(`${file.slice(here.length)}\n`).update(await readFile(file))
  }
  return hash.digest('hex')
}

async function bundle(outDir) {
  const [{ build }, { default: react }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-react'),
  ])
  await build({
    configFile: false,
    root: page,
    // Addresses are relative, so that the page works under any prefix.
    base: './',
    logLevel: 'error',
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      chunkSizeWarningLimit: 8_000,
      // Its polyfill is a script within the page, which the content security policy refuses.
      modulePreload: { polyfill: false },
    },
  })
}

async function compress(folder) {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    await writeFile(`${file}.gz`, await promisify(gzip)(await readFile(file)))
  }
}
