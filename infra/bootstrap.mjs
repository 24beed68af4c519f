// What `npm start`, `npm test` and `npm run kilde` begin with on a machine that has only Node and npm: checks Node, installs
// with pnpm (through npx, no global install) when the lock file has changed, builds, and hands over. Plain JavaScript
// without dependencies, because nothing is installed yet.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const PNPM = 'pnpm@12.21.0'
const root = fileURLToPath(new URL('..', import.meta.url))
const [command = 'start', ...args] = process.argv.slice(2)

// Command lines are everybody's to read on a shared machine, and one may hold a patient's number.
process.title = 'kilde'

const say = (text) => process.stderr.write(`${text}\n`)

function fail(text) {
  say(`kilde: ${text}`)
  process.exit(1)
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(
      `Node ${process.versions.node} is too old: Kilde needs 20.19 or newer (https://nodejs.org).`,
    )
  }
}

/** Runs a program to its end; its output is the user's to see. */
function run(program, parameters, env = {}) {
  const shell = process.platform === 'win32'
  const { status, error } = spawnSync(program, parameters, {
    cwd: root,
    stdio: ['ignore', command === 'kilde' ? 2 : 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    shell,
  })
  if (error) fail(`${program} cannot be run: ${error.message}`)
  return status ?? 1
}

function install() {
  const stamp = `${root}node_modules/.kilde-installed`
  const wanted = createHash('sha256')
    .update(readFileSync(`${root}pnpm-lock.yaml`))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('kilde: installing dependencies (once; about half a minute) …')
  // CI=true: pnpm neither asks questions nor draws; a lock file that does not fit is an error, not a silent update.
  const status = run(
    'npx',
    ['--yes', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'],
    { CI: 'true' },
  )
  if (status !== 0) fail('the dependencies could not be installed; see above.')
  mkdirSync(`${root}node_modules`, { recursive: true })
  writeFileSync(stamp, wanted)
}

async function build() {
  await import('./build.mjs')
  if (existsSync(`${root}infra/graphiql/build-page.mjs`)) await import('./graphiql/build-page.mjs')
}

/** Hands this process's place over: signals and exit code pass through. */
function become(parameters, env = {}) {
  const child = spawn(process.execPath, parameters, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  // A terminal sends Ctrl-C to the whole group: the child stops by itself, this process waits for it.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)))
}

/** A program of the root's development dependencies. */
const bin = (name, file) => `${root}node_modules/${name}/${file}`

/** What must hold before tests make sense, each named by the sentence that it proves. */
function check() {
  const folders = ['gateway', 'subgraphs', 'schemas', 'packages', 'infra', 'test']
  prove('Types are sound', bin('typescript', 'bin/tsc'), '-b', '.', 'infra/graphiql/page')
  prove('Format and lint hold', bin('@biomejs/biome', 'bin/biome'), 'check', '.')
  prove(
    'Promises are awaited, switches exhaustive',
    bin('oxlint', 'bin/oxlint'),
    '--type-aware',
    '--deny-warnings',
    '.',
  )
  prove(
    'The architecture holds',
    bin('dependency-cruiser', 'bin/dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.mjs',
    ...folders,
  )
  prove('Nothing is unused', bin('knip', 'bin/knip.js'))
  prove('Generated files are in sync', 'infra/generate.mjs', '--check')
  prove('The security model names tests that exist', 'infra/check-security-map.mjs')
}

function prove(claim, ...parameters) {
  say(`kilde: ${claim} …`)
  if (run(process.execPath, parameters) !== 0) fail(`not so: ${claim}.`)
}

/** Jest in ESM mode; `KILDE_JEST_RESULTS` names a file for the counts, which CI adds up. */
function jest(...parameters) {
  const results = process.env.KILDE_JEST_RESULTS
  const counts = results ? ['--json', '--outputFile', results] : []
  return [
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    bin('jest', 'bin/jest.js'),
    ...counts,
    ...parameters,
  ]
}

/** Real input is never in the project: its folder is named on the command line, relative to where that was typed. */
function data() {
  const at = args.indexOf('--from')
  const named = at < 0 ? process.env.KILDE_TEST_DATA : args[at + 1]
  if (!named) fail('name the folder with the data: npm run test:data -- --from <folder>')
  const folder = resolve(process.env.INIT_CWD ?? process.cwd(), named)
  if (!existsSync(folder)) fail(`there is no folder ${folder}`)
  const others = at < 0 ? args : args.toSpliced(at, 2)
  become(jest(...others, '--selectProjects', 'data'), { KILDE_TEST_DATA: folder })
}

/** Schedules of faults in virtual time; with `--real` real services and connections, in full numbers with `--scale full`. */
function faults() {
  if (!args.includes('--real')) {
    become(['--conditions=@kilde/source', 'test/simulation/run.mjs', ...args])
    return
  }
  const scale = args.includes('full') ? 'full' : 'ci'
  const suites = jest('--selectProjects', 'e2e', '--testPathIgnorePatterns', 'simulation')
  become([...suites, '--testPathPatterns', 'test/faults'], { KILDE_FAULTS_SCALE: scale })
}

/** The conformance suite over every source, with questions and rows in the numbers asked for. */
function sources() {
  const names = { '--questions': 'RUNS', '--rows': 'ROWS', '--seed': 'SEED' }
  const env = {}
  for (let index = 0; index < args.length; index += 2) {
    const name = names[args[index]]
    if (!name || !/^\d+$/.test(args[index + 1] ?? '')) {
      fail(`sources takes ${Object.keys(names).join(', ')}, each with a number`)
    }
    env[`KILDE_SOURCES_${name}`] = args[index + 1]
  }
  become(jest('--selectProjects', 'e2e', '--testPathPatterns', 'test/sources'), env)
}

/** How many attempts to cross from one hosted organisation to another. */
function hosted() {
  const [name, attempts = '100', ...more] = args
  const isGiven = name === '--attempts' && /^\d{1,7}$/.test(attempts) && more.length === 0
  if (name !== undefined && !isGiven) fail('hosted takes --attempts with a number')
  const file = 'subgraphs/organization/test/hosted-crossing'
  become(jest('--selectProjects', 'unit', '--testPathPatterns', file), {
    KILDE_CROSSINGS: attempts,
  })
}

checkNode()
install()
switch (command) {
  case 'setup':
    await build()
    break
  case 'start':
    await build()
    become(['infra/demo/dist/main.js', ...args])
    break
  case 'kilde':
    // A running demo uses dist; a query must not rebuild it under its feet.
    if (!existsSync(`${root}infra/cli/dist/main.js`)) await build()
    become(['infra/cli/dist/main.js', ...args])
    break
  case 'bench':
    await build()
    become(['test/bench/run.mjs', ...args])
    break
  case 'load':
    await build()
    become(['test/bench/run.mjs', ...args], { KILDE_BENCH_PROGRAM: 'load' })
    break
  case 'bench:locate':
    become(['--conditions=@kilde/source', '--no-warnings', 'test/bench/locate/run.mjs', ...args])
    break
  case 'bench:store':
    become(['--conditions=@kilde/source', '--no-warnings', 'test/bench/store/run.mjs', ...args])
    break
  case 'differential':
    become(['--conditions=@kilde/source', 'test/differential/run.mjs', ...args])
    break
  case 'policy':
    // Without the optimising compiler: that of Node 20 was seen to fail in these loops ("unreachable code" in the deoptimiser).
    become(['--no-opt', '--conditions=@kilde/source', 'test/policy/run.mjs', ...args])
    break
  case 'chaos':
    await build()
    become(['--conditions=@kilde/source', '--no-warnings', 'test/chaos/run.mjs', ...args])
    break
  case 'crash':
    become(['--conditions=@kilde/source', '--no-warnings', 'test/crash/run.mjs', ...args])
    break
  case 'attack':
    become(['--conditions=@kilde/source', 'test/attack/run.mjs', ...args])
    break
  case 'surface':
    become(['--conditions=@kilde/source', '--no-warnings', 'test/surface/run.mjs', ...args])
    break
  case 'compose':
    await build()
    become(
      args[0] === 'test' ? ['test/containers/run.mjs'] : ['infra/containers/compose.mjs', ...args],
    )
    break
  case 'sources':
    await build()
    sources()
    break
  case 'hosted':
    await build()
    hosted()
    break
  case 'faults':
    await build()
    faults()
    break
  case 'data':
    await build()
    data()
    break
  case 'check':
    await build()
    check()
    break
  case 'test':
    await build()
    if (args.length === 0) check()
    become(jest('--selectProjects', 'unit', 'e2e', ...args))
    break
  case 'jest':
    await build()
    become(jest(...args))
    break
  default:
    fail(`unknown command ${command}`)
}
