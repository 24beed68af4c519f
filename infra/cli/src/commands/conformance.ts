import type { Command } from 'commander'
import type { ConformanceOptions } from '../conformance/run-conformance.js'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

export function addConformance(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('conformance')
    .summary('try every rule of the specification at a node')
    .description(
      'Tries the numbered rules of docs/node-specification.md at any node, in any language, and prints what came of each. Asks rightly and wrongly with tokens of a test issuer, about synthetic patients: never at a node that holds real ones. Against a node that is registered with the running demo everything is found by itself.',
    )
    .argument('<url>', 'base URL of the node, e.g. http://127.0.0.1:4401')
    .option(
      '--config <file.json>',
      'issuer, requesters and patients of another world than the demo’s',
    )
    .option('--only <rules>', 'rules or chapters, with commas, e.g. N-TOK,N-AUD-1')
    .option('--seconds <n>', 'longest time for one check', '60')
    .option('--json', 'the report as JSON')
    .addHelpText('after', closing)
    .action(async (url: string, options: ConformanceOptions) => {
      const { runConformance } = await import('../conformance/run-conformance.js')
      finish(await runConformance(url, options, surroundings))
    })
  addPortBase(command)
}

const closing = `
Exit code: 0 when every MUST that applies holds (a SHOULD that does not is told); 1 when one does not, or the node could not be
asked; 2 for a wrong command line.

Examples:
  kilde conformance http://127.0.0.1:4401
  kilde conformance https://node.example --config node.json --json`
