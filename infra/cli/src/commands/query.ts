import { readmeQuery } from '@kilde/demo'
import type { Command } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { QueryOptions } from '../query/run-query.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

export function addQuery(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('query')
    .summary('ask the gateway as a persona')
    .description(
      'Asks the running gateway as a persona of the demo, signed in with a real token and DPoP proof, and prints the JSON answer on standard output. Everything else goes to standard error.',
    )
    .requiredOption(
      '--as <persona>',
      'who asks: gp, nurse, hospital-doctor … (`kilde demo` lists them)',
    )
    .option(
      '--patient <identifier>',
      'fills the variable $identifier; `-` reads it from standard input,\nso that it stands neither in the process list nor in the shell’s history',
    )
    .option('--file <q.graphql>', 'file with the query (default: the query of the README, below)')
    .option('--variables <json>', 'further variables, as a JSON object')
    .option('--operation <name>', 'which operation, where the file holds several')
    .option('--verify', 'compare the answer with what its sources signed (docs/signed-requests.md)')
    .option('--endpoint <url>', 'another gateway than the running demo’s')
    .addHelpText('after', closing)
    .action(async (options: QueryOptions) => {
      const { runQuery } = await import('../query/run-query.js')
      finish(await runQuery(options, surroundings))
    })
  addPortBase(command)
}

const closing = `
Exit code: 0 when the answer is complete; 3 when it is not: some list says \`complete: false\`. A list that was asked for
without \`complete\` is judged by its \`completeness\` and \`sources\`; where these are not there either, it is not known:
a note says so, and the exit code is 0. 1 for an error or, with --verify, an answer that was altered, GraphQL errors included; 2 for a wrong command line.

Examples:
  kilde query --as hospital-doctor --patient 08825133489
  echo 08825133489 | kilde query --as gp --patient - --file q.graphql --variables '{"first": 10}'

The query of the README:
${readmeQuery.trimEnd().replaceAll(/^/gm, '  ')}`
