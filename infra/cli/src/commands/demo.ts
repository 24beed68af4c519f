import type { Command } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

export function addDemo(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('demo')
    .summary('tell what the running demo holds')
    .description(
      'Tells what the running demo holds: addresses, personas, organisations, patients. All of them are made up.',
    )
    .option('--json', 'as JSON, for programs')
    .addHelpText(
      'after',
      '\nExamples:\n  kilde demo\n  kilde demo --json | jq -r .patients[0].identifier',
    )
    .action(async (options: { json?: true; portBase?: string }) => {
      const { showDemo } = await import('../show-demo.js')
      finish(await showDemo(options, surroundings))
    })
  addPortBase(command)
}
