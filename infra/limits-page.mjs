import { MOST_LISTS } from '@kilde/contract'
import { writeWholeChart } from '@kilde/contract/compose'
import { graphiqlExamples } from '@kilde/demo'
import { documentLimits, limitSettings, questionSize } from '@kilde/gateway'

const maxCost = Number(limitSettings.KILDE_DOCUMENT_MAX_COST.check.parse(undefined))

function wholeChart() {
  const { text: query, variables } = writeWholeChart()
  const title = 'Whole chart (schemas/examples)'
  return { title, query, variables: { ...variables, identifier: 'of nobody' } }
}

const columns = [
  ['Characters', 'characters', documentLimits.maxCharacters],
  ['Tokens', 'tokens', documentLimits.maxTokens],
  ['Levels', 'depth', documentLimits.maxDepth],
  ['Fields', 'fields', documentLimits.maxFields],
  ['At the top', 'rootFields', documentLimits.maxRootFields],
  ['Aliases', 'aliases', documentLimits.maxAliases],
  ['Directives', 'directives', documentLimits.maxDirectives],
]

function exampleSizes() {
  const now = new Date('2026-06-15T12:00:00+02:00')
  const { examples } = graphiqlExamples(now)
  return [...examples, wholeChart()].map(({ title, query, variables = {} }) => ({
    title,
    ...questionSize(query, variables),
  }))
}

/** docs/limits.md: what the examples need, and what the gateway lets through. @throws where an example does not fit */
export function limitsPage(note, table) {
  const sizes = exampleSizes()
  const largest = (name) => Math.max(...sizes.map((size) => size[name]))
  for (const [title, name, limit] of columns) {
    if (largest(name) > limit)
      throw new Error(`${title}: an example needs ${largest(name)}; the limit is ${limit}`)
  }
  const number = (value) => value.toLocaleString('en')
  const head = ['', ...columns.map(([title]) => title), 'Rows']
  const rows = [
    ...sizes.map((size) => [
      size.title,
      ...columns.map(([, name]) => number(size[name])),
      number(size.rows),
    ]),
    ['**Largest**', ...columns.map(([, name]) => number(largest(name))), number(largest('rows'))],
    ['**Limit**', ...columns.map(([, , limit]) => `**${number(limit)}**`), ''],
  ]
  const reach = sizes
    .filter(({ rows: asked }) => asked > 0)
    .map(({ title, rows: asked }) => [title, number(asked), number(Math.floor(maxCost / asked))])
  return `# Limits of a question

${note}

What one request may ask of the gateway. The limits are frozen from what the contract's own example queries need: what a
client usefully asks is well below them, what only costs is refused before anybody is asked, with a text that names the limit.

## The document

Counted as if each fragment were written out wherever it is used, and inline fragments taken away: what means the same has the
same size. Counting itself costs no more than reading the text. Introspection counts as one field; whether it is let through
at all is decided before (\`KILDE_INTROSPECTION\`), and how deep it may go by graphql-js.

${table(head, rows)}

Besides: a body of at most ${number(Number(limitSettings.KILDE_BODY_MAX_BYTES.check.parse(undefined)))} bytes; one operation per request, no batches; one patient per operation; at most ${MOST_LISTS} lists of the
patient; at most 1,000 rows, 50 codes and 1,100 buckets of a list; at most 100 brackets in one another; variables at most 20
levels deep.

## Rows times organisations

A list costs its \`first\`, \`latestObservations\` a row for each code, a trend a row for each bucket, anything else one; times
the organisations that are asked for it. An operation may cost **${number(maxCost)}**: \`QUESTION_TOO_COSTLY\` says how much it would.

${table(['', 'Rows of each organisation', 'Organisations it can be asked of'], reach)}

## How long others wait

All requests share one thread: what one piece of work takes, all others wait. Of ten thousand operations made by chance from the
schema, each unlike the others (\`npm run test:surface -- --operations 10000\`), no piece of validation, planning or compiling took more than 20 ms of
CPU; the longest stall was V8's collection of garbage, which goes through all that is kept. Apollo's stores of documents and plans are bounded by
the length of their values as JSON, 30 MiB each: after 2,500 operations the heap held 250 MB and grew, a full collection took three times as long as
with 500 of each, which is what the gateway keeps (128 MB, and no more later). Not done, because it would not have shortened the longest stall: to let
other work in between validation, planning and compiling, or to bound the number of plans that Apollo looks at. A single
operation is planned for at most 500 ms (\`PLANNING_TOO_LONG\`).

## How often

Each requester has an allowance for every minute, each organisation one for all its requesters, each requester so many requests
at a time and so many patients in a minute: \`KILDE_RATE_…\` in [configuration.md](configuration.md). What is more is
\`RATE_LIMITED\` or \`TOO_MANY_PATIENTS\`, HTTP 429 with \`Retry-After\`
([decision 27](decisions/0027-what-one-requester-can-do-to-others.md)).

## Registered operations

With \`KILDE_REGISTERED_OPERATIONS\` only the operations of that file are carried out: sent as \`documentId\`, or as the whole text,
which a requester's own signature covers. It is the strongest of the limits, where all clients are known.

Every limit is tested at its size and at one more: «G2» in \`test/surface\`.
`
}
