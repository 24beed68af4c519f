import type { Command } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { JoinOptions } from '../join/join-network.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

/** `kilde join`, and `kilde node init`, its other name. */
export function addJoin(program: Command, surroundings: Surroundings, finish: Finish): void {
  describe(program.command('join'), surroundings, finish)
  const node = program.command('node').summary('`node init`: the same as `join`')
  describe(node.command('init'), surroundings, finish)
}

function describe(command: Command, surroundings: Surroundings, finish: Finish): void {
  command
    .summary('let an organisation join, up to the report on its node')
    .description(
      'Does all that an organisation does to take part in the running demo: makes its keys and the settings of its node, registers its clients with the stand-in for HelseID, enters it into the registry with agreements with all members, and tries every rule of the specification at its node, over rows of a synthetic patient that go away again. It is PAUSED until `kilde registry activate`: docs/joining.md.',
    )
    .argument('<number>', 'its organisation number, 9 digits')
    .requiredOption('--name <name>', 'its registered name')
    .requiredOption('--kind <kind>', 'MUNICIPALITY, HOSPITAL, GP, PRIVATE or OTHER')
    .requiredOption(
      '--to <folder>',
      'where its settings, keys and data are kept: empty, or not there',
    )
    .option('--classes <class...>', 'classes of data that it shares', ['Observation', 'CarePlan'])
    .option('--port <port>', 'port of its node (default: a free one)')
    .option(
      '--sources <file.json>',
      'where its rows come from: the value of KILDE_SOURCES (default: a store)',
    )
    .addHelpText(
      'after',
      '\nExit code: 0 when every MUST that applies holds, 1 when one does not.\n\nExample:\n  kilde join 310000906 --name "Nye legekontor" --kind GP --to nye',
    )
    .action(async (number: string, options: JoinOptions) => {
      const { joinNetwork } = await import('../join/join-network.js')
      finish(await joinNetwork({ ...options, number }, surroundings))
    })
  addPortBase(command)
}
