import type { Command } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { ShadowOptions } from '../shadow/run-shadow.js'
import type { Surroundings } from '../surroundings.js'

export function addShadow(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command('shadow')
    .summary('compare two sources of an organisation, patient by patient')
    .description(
      'Asks an organisation’s source and one that is to stand beside or after it the same about the same patients, and prints each row and field in which they differ (docs/shadow.md). Reads only; no node is needed, and none is asked. Patients are told by their place among those given, never by number.',
    )
    .requiredOption('--sources <file.json>', 'organisation and sources, of which some are shadows')
    .requiredOption('--patients <file>', 'identity numbers, one in a line; `-` for standard input')
    .option('--days <n>', 'observations of so many days', '365')
    .option('--rows <n>', 'of each patient at most so many of the newest, to 1000', '1000')
    .option('--values', 'print also what the two say: health data')
    .option('--json', 'the comparison as JSON')
    .addHelpText('after', closing)
    .action(async (options: ShadowOptions) => {
      const { runShadow } = await import('../shadow/run-shadow.js')
      finish(await runShadow(options, surroundings))
    })
}

const closing = `
The file of sources is {organization, sources, databaseUrl?, storeKey?, previousStoreKeys?}: sources as in KILDE_SOURCES, where
those with "shadow" are compared with the others. Secret.

Exit code: 0 when they say the same; 3 when they differ, or one did not answer about some; 1 when nothing could be compared;
2 for a wrong command line.

Examples:
  kilde shadow --sources pmd.json --patients numbers.txt
  kilde shadow --sources pmd.json --patients - --days 30 --values --json`
