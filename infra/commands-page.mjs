import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createProgram } from '@kilde/cli'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each script of package.json claims when it ends with 0, or does; which options it takes, and what they are without. */
const scripts = {
  start: ['The demo network, until Ctrl-C', ''],
  test: ['Everything that needs nothing but Node holds', 'a file or folder of tests'],
  kilde: ['The commands below', ''],
  'test:canary': [
    'A minute after the last question nothing about a patient is left in the gateway',
    '',
  ],
  'test:policy': [
    'Every cell of the shared vectors is decided as the oracle says',
    '`--write`: the vectors anew, from the oracle',
  ],
  'test:crash': [
    'No row is disclosed without a record, whenever the process is killed',
    '`--rounds` 100, `--writes` 10000, `--seed` 1; or `recovery`, `tampering`, `access-log`: docs/audit-log.md',
  ],
  'test:differential': [
    'Direct way, general way and an obvious model answer alike, byte for byte',
    '`--cases` 10000, `--seed` 1, `--failures` 1',
  ],
  'test:attack': [
    'A compromised gateway gets nothing that nobody asked for',
    '`--attempts` 300, `--seed` 1',
  ],
  'test:hosted': [
    'No attempt to cross from one hosted organisation to another brings a row',
    '`--attempts` 100',
  ],
  'test:surface': [
    'Nothing that comes to a gateway from outside ends it, stalls it or makes it tell',
    '`--operations` 1000, `--documents` 10000, `--bytes` 10000, `--requests` 500, `--seed` 1',
  ],
  'test:faults': [
    'Every located source is told of once, under every fault',
    '`--schedules` 5000, `--seed` 1, `--processes`; or `--real`, `--scale full`: real services and connections',
  ],
  'test:sources': [
    'Every source answers every question as one model does, row for row',
    '`--questions` 60 of each kind, `--rows` 200, `--seed` 1',
  ],
  'test:data': [
    'Data that none of us wrote are taken, queried and shown as they are',
    '`--from` the folder with `no` and `fhir` (or KILDE_TEST_DATA); then Jest’s own',
  ],
  'compose:up': [
    'A network of containers is built, started and filled with the demo',
    'KILDE_IMAGE_BASE: image to build on (docs/containers.md)',
  ],
  'compose:down': ['The network of containers is gone, and all that it kept', ''],
  'compose:test': ['A network of containers tells of every outage and is whole again after it', ''],
  bench: [
    'What it costs: sizes, variants, ratios',
    '`--quick`, `--json`, `--write`, `--case`, `--minutes`, `--profile`; `--help` tells them',
  ],
  chaos: [
    'No answer is wrong, no outage hidden and no row without its record while services are killed, paused, cut off and made unwell',
    '`--minutes` 1 (10 is the size of the target), `--seed` 1, `--json`',
  ],
  load: [
    'How long answers take at an even rate, when too much comes, and with ten times the nodes',
    '`--json`, `--minutes` 1 (10 is the size of the target), `--soak` 0 (30), `--write`; `--help` tells the sizes',
  ],
  'bench:locate': [
    'What filters of whom organisations hold cost: memory, look-up, false positives, building, staleness',
    '`--json`, `--organizations 1000`, `--patients 5000`; `--attack`: what filters, key and memory tell about 10,000 people instead',
  ],
  'bench:store': [
    'Searches by code take at most 2 ms at the database (p95)',
    '`--observations` 100000 (10000000 is the size of the target), `--patients` 100 to ask about, `--seed` 1, `--plain` without sealing, `--json`',
  ],
  setup: ['Installed and built', ''],
  build: ['`dist` of every package', ''],
  check: ['Types, format, lint, architecture, generated files, the maps of the security model', ''],
  format: ['Formats everything', ''],
  lint: ['Format and lint hold', ''],
  'lint:architecture': ['The rules of `.dependency-cruiser.mjs` hold', ''],
  'lint:unused': ['Nothing is unused', ''],
  typecheck: ['Types are sound', ''],
  generate: [
    'Writes what is generated and committed',
    '`--check`: writes nothing, fails where something is out of date',
  ],
  jest: ['Chosen tests, without the checks', 'Jest’s own: `--selectProjects unit -- gateway`'],
}

/** docs/commands.md: every script and every command. @throws where a script is not told of */
export function commandsPage(note, table) {
  const known = Object.keys(JSON.parse(readFileSync(`${root}package.json`, 'utf8')).scripts)
  const untold = known.filter((name) => !scripts[name])
  if (untold.length > 0)
    throw new Error(`infra/commands-page.mjs tells nothing of: ${untold.join(', ')}`)
  const rows = known.map((name) => [`\`${callOf(name)}\``, ...scripts[name]])
  return `# Commands

${note}

Each ends with exit code 0 only when what it claims holds, and prints its figure last. Options of a script come behind \`--\`.

## Scripts

${table(['Script', 'Claims, or does', 'Options, and what they are without'], rows)}

Larger numbers than CI runs: \`KILDE_SURFACE_SCALE=full\` for \`test/surface\`, \`KILDE_CONFORMANCE_SCALE=full\` for \`test/conformance\`,
\`KILDE_FAULTS_SCALE=full\` for \`test/faults\`,
\`KILDE_HISTORIES=10000\` for the histories of corrections (\`subgraphs/organization/test/histories.test.ts\`).

## kilde

From a checkout \`npm run -s kilde -- <command>\`; \`--help\` of each has examples. Exit codes: 0 done and complete, 1 it could not be
done or does not hold, 2 the command line is wrong, 3 done in part.

${commandsOf(program())
  .map((command) => sectionOf(command, table))
  .join('\n\n')}
`
}

const callOf = (name) => (name === 'start' || name === 'test' ? `npm ${name}` : `npm run ${name}`)

function program() {
  const nowhere = { write: () => {}, isTerminal: false, columns: 110 }
  const surroundings = {
    out: nowhere,
    err: nowhere,
    readStdin: async () => '',
    env: {},
    folder: root,
    now: Date.now,
  }
  return createProgram(surroundings, () => {})
}

/** Every command that does something, with its words: \`[['audit', 'verify'], command]\`. */
function commandsOf(command, words = []) {
  const beneath = command.commands
    .filter((one) => one.name() !== 'help')
    .flatMap((one) => commandsOf(one, [...words, one.name()]))
  const acts =
    words.length > 0 &&
    (command.commands.length === 0 || command.options.some(({ mandatory }) => mandatory))
  return [...(acts ? [[words, command]] : []), ...beneath]
}

function sectionOf([words, command], table) {
  const given = command.registeredArguments.map((one) =>
    one.required ? ` <${one.name()}>` : ` [${one.name()}]`,
  )
  const rows = command.options.map(({ flags, description, defaultValue, mandatory }) => [
    `\`${flags}\``,
    description,
    mandatory ? 'required' : defaultValue === undefined ? '' : `\`${defaultValue}\``,
  ])
  const options = rows.length > 0 ? `\n\n${table(['Option', 'Meaning', 'Default'], rows)}` : ''
  return `### kilde ${words.join(' ')}${given.join('')}\n\n${command.description()}${options}`
}
