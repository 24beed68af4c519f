import type { Command } from 'commander'
import type { BlockOptions } from '../block/block.js'
import type { LiftOptions } from '../block/lift.js'
import type { ListOptions } from '../block/list-statements.js'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

/** A patient's own settings. The commands return when every node goes by the change. */
export function addBlock(program: Command, surroundings: Surroundings, finish: Finish): void {
  const block = program
    .command('block')
    .summary('object to sharing, as a patient')
    .description(
      'Closes the data of an organisation, wherever a copy lies and also what is recorded later, until it is lifted. Returns when every organisation’s node says that it goes by it, and exits 0 only then (3 after a minute without).',
    )
    .requiredOption('--as <persona>', 'who objects: patient, parent (of a child), proxy')
    .option(
      '--organization <organization>',
      'whose data: number, key or name (default: everybody’s)',
    )
    .option(
      '--professional <hpr>',
      'to whom alone they are closed: HPR number (default: everybody)',
    )
    .option('--group <code>', 'or a group: code of code system 9060, e.g. LE')
    .option('--class <class>', 'only this class of data, e.g. Observation')
    .option('--code <token>', 'only this element: system|code')
    .addHelpText('after', closing)
    .action(async (options: BlockOptions) => {
      const { block: register } = await import('../block/block.js')
      finish(await register(options, surroundings))
    })
  addPortBase(block)
  addList(block, surroundings, finish)
  addLift(block, surroundings, finish)
}

function addList(block: Command, surroundings: Surroundings, finish: Finish): void {
  block
    .command('list')
    .description('List what a persona has stated.')
    .option('--json', 'as JSON, for programs')
    .action(async (_options: object, command: Command) => {
      const { listStatements } = await import('../block/list-statements.js')
      finish(await listStatements(command.optsWithGlobals<ListOptions>(), surroundings))
    })
}

function addLift(block: Command, surroundings: Surroundings, finish: Finish): void {
  block
    .command('lift')
    .description('Lift a statement, or all; exits 0 only when every node goes by that.')
    .argument('[id]', 'id of the statement (`kilde block list`); without one: all')
    .action(async (id: string | undefined, _options: object, command: Command) => {
      const { lift } = await import('../block/lift.js')
      const options = command.optsWithGlobals<LiftOptions>()
      finish(await lift({ ...options, ...(id !== undefined && { id }) }, surroundings))
    })
}

const closing = `
Examples:
  kilde block --as patient --organization 310000108
  kilde block --as patient --organization hospital --professional 9990003
  kilde block list --as patient
  kilde block lift --as patient`
