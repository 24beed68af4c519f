import type { Command } from 'commander'
import type { AccessLogOptions } from '../access/run-access-log.js'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

export function addAccessLog(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('access-log')
    .summary('show a patient who has seen what')
    .description(
      'Asks the running gateway, as a citizen, for the access log of all organisations and of the gateway: one line for each access, the newest first. What is missing is told on standard error.',
    )
    .requiredOption('--as <persona>', 'patient, youth, parent or proxy (`kilde demo` lists them)')
    .option(
      '--patient <identifier>',
      'of whom (default: the persona, or whom the persona represents)',
    )
    .option('--first <n>', 'at most so many accesses, 1 to 1,000', '50')
    .option('--language <code>', 'nb or en', 'nb')
    .option('--all', 'also the patient’s own look-ups of this log')
    .option('--json', 'as JSON, with items and receipts, for programs')
    .option(
      '--export <file>',
      'take the whole log out: a FHIR Bundle of AuditEvents (.json) or a table (.csv), a file that is not there yet',
    )
    .addHelpText('after', closing)
    .action(async (options: AccessLogOptions) => {
      const { runAccessLog } = await import('../access/run-access-log.js')
      finish(await runAccessLog(options, surroundings))
    })
  addPortBase(command)
}

const closing = `
The last line is the number of accesses. Exit code: 0 when every log answered in full; 3 when one is missing, or when it is
not told what is left out (a representative); 1 for an error.

Examples:
  kilde access-log --as patient
  kilde access-log --as patient --language en --json
  kilde access-log --as patient --export log.csv`
