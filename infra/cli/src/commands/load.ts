import type { Command } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { LoadOptions } from '../load/run-load.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

export function addLoad(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('load')
    .summary('give FHIR R4 data to an organisation')
    .description(
      'Sends FHIR R4 Bundles and Observations to an organisation’s node, as its own systems would, and tells what was taken, what was refused and why. Sent again, the same data change nothing.',
    )
    .argument('<path>', 'a file, or a folder with all its files: .json and .ndjson, also with .gz')
    .requiredOption('--to <organization>', 'number, key or name of the organisation')
    .option('--json', 'the summary as JSON, for programs')
    .addHelpText('after', closing)
    .action(async (path: string, options: LoadOptions) => {
      const { runLoad } = await import('../load/run-load.js')
      finish(await runLoad(path, options, surroundings))
    })
  addPortBase(command)
}

const closing = `
A batch or collection of more than 500 entries is sent in parts; a transaction is sent whole, because it is taken whole or
not at all. Single Observations, one in a file or one in each line (.ndjson), are gathered into batches.

Exit code: 0 when all was taken; 3 when something was refused; 1 for an error; 2 for a wrong command line.

Examples:
  kilde load bundle.json --to municipality
  kilde load ./observations --to 310000205`
