import type { Command } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

export function addSources(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('sources')
    .summary('list the organisations that share data')
    .description(
      'Lists the organisations of the registry: their state, the classes of data that they share, the version of the contract, whether the organisation of a persona may ask them, and whether their node answers.',
    )
    .option('--as <persona>', 'on whose behalf agreements are looked up')
    .option('--json', 'as JSON, for programs')
    .addHelpText('after', '\nExamples:\n  kilde sources\n  kilde sources --as nurse')
    .action(async (options: { as?: string; json?: true; portBase?: string }) => {
      const { listSources } = await import('../registry/list-sources.js')
      finish(await listSources(options, surroundings))
    })
  addPortBase(command)
}
