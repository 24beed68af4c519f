import type { Command } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import type { WatchOptions } from '../watch/run-watch.js'
import { addPortBase } from './port-base.js'

export function addWatch(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('watch')
    .summary('follow what is new of a patient, as a persona')
    .description(
      'Follows what organisations take in about a patient, as a persona of the demo, and prints each event as a line of JSON on standard output: first where each organisation stands, then new measurements and alerts, and outages. Not an alarm channel (docs/live-updates.md).',
    )
    .requiredOption('--as <persona>', 'who follows: gp, nurse … (`kilde demo` lists them)')
    .option(
      '--patient <identifier>',
      'fills the variable $identifier; `-` reads it from standard input',
    )
    .option(
      '--file <q.graphql>',
      'file with a subscription, or a query, whose answer then comes\nsource by source (default: measurements and alerts)',
    )
    .option('--variables <json>', 'further variables, as a JSON object')
    .option('--operation <name>', 'which operation, where the file holds several')
    .option('--events <number>', 'ends after so many events')
    .option('--endpoint <url>', 'another gateway than the running demo’s')
    .addHelpText(
      'after',
      '\nExit code: 0 when the stream is over or was left; 1 when it ended with an error; 2 for a wrong command line.',
    )
    .action(async (options: WatchOptions) => {
      const { runWatch } = await import('../watch/run-watch.js')
      finish(await runWatch(options, surroundings))
    })
  addPortBase(command)
}
