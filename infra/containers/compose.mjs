// A network of containers on this machine: `up` makes what it is given, builds, starts and fills it; `down` ends it and removes
// all that it kept. It uses `docker compose` (v2), or `docker-compose` where that is what there is.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** What the containers are given: keys, certificates, settings. */
const given = process.env.KILDE_CONTAINERS ?? `${root}.kilde/containers`
export const PROJECT = process.env.COMPOSE_PROJECT_NAME ?? 'kilde'
const FILES = ['infra/compose.yaml', ...(process.env.KILDE_COMPOSE_OVERLAYS ?? '').split(',')]
  .filter(Boolean)
  .flatMap((file) => ['-f', file])
/** What as many nodes as the overlay has are given is made too, and they take longer to start. */
const isLarge = FILES.some((file) => file.endsWith('compose.scale.yaml'))
const program =
  spawnSync('docker', ['compose', 'version']).status === 0
    ? ['docker', 'compose']
    : ['docker-compose']

/** Runs compose to its end, showing what it says. @throws where it fails */
export function compose(args) {
  const { status } = run(args, 'inherit')
  if (status !== 0) throw new Error(`compose ${args.join(' ')}: ended with ${status}`)
}

/** Runs compose to its end. @returns its exit code, and what it wrote */
export const composeQuietly = (args) => run(args, 'pipe')

function run(args, output) {
  const [name, ...first] = program
  const done = spawnSync(name, [...first, '-p', PROJECT, ...FILES, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', output, output],
    env: { ...process.env, KILDE_CONTAINERS: given },
    maxBuffer: 100_000_000,
  })
  if (done.error) throw done.error
  return done
}

/** Runs a program in the container of the commands. */
const fill = (...args) =>
  compose([
    'run',
    '--rm',
    '--no-deps',
    '--entrypoint',
    `node dist/fill-main.js ${args.join(' ')}`,
    'kilde',
  ])

export function up() {
  down()
  make()
  // The commands too, which are of no service that is started.
  compose(['--profile', 'tools', 'build'])
  // The registry knows the organisations before their nodes look themselves up in it.
  compose(['up', '-d', 'identity', 'registry', 'redis'])
  untilHealthy()
  fill('registry')
  compose(['up', '-d'])
  untilHealthy()
  fill()
}

export function down() {
  if (!existsSync(given)) return
  // Compose reads no file whose settings are not there, which they are not of a network that was smaller.
  if (isLarge) make()
  compose(['down', '--volumes', '--remove-orphans', '--timeout', '5'])
}

function make() {
  const { status } = spawnSync(
    process.execPath,
    ['infra/containers/dist/make-main.js', given, ...(isLarge ? ['30'] : [])],
    { cwd: root, stdio: 'inherit' },
  )
  if (status !== 0) throw new Error('what the containers are given could not be made')
}

/** Waits until every container that has a health check passes it. @throws after five minutes (twenty where there are 30 nodes), naming those that do not */
export function untilHealthy(seconds = isLarge ? 1_200 : 300) {
  for (const end = Date.now() + seconds * 1_000; ; ) {
    const states = statesOf()
    if (states.length === 0) throw new Error('there is no network of containers: compose:up first')
    const waiting = states.filter(
      ({ state, health }) => state !== 'running' || health === 'starting' || health === 'unhealthy',
    )
    if (waiting.length === 0) return
    if (Date.now() > end)
      throw new Error(`not healthy: ${waiting.map(({ name }) => name).join(', ')}`)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
  }
}

/** Each container's name, state and health. */
export function statesOf() {
  const { stdout } = spawnSync(
    'docker',
    [
      'ps',
      '-a',
      '--filter',
      `label=com.docker.compose.project=${PROJECT}`,
      '--filter',
      'label=com.docker.compose.oneoff=False',
      '--format',
      '{{.Names}}\t{{.State}}\t{{.Status}}',
    ],
    { encoding: 'utf8' },
  )
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name, state, status] = line.split('\t')
      const health = /\((?:health: )?(\w+)\)/.exec(status)?.[1]
      return { name, state, health }
    })
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const command = { up, down }[process.argv[2]]
  if (!command) throw new Error('compose takes up or down')
  command()
}
