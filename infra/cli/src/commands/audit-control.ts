import type { Command } from 'commander'
import type { LogChoice } from '../audit/logs.js'
import type { FindOptions } from '../control/run-find.js'
import type { MisuseOptions } from '../control/run-misuse.js'
import type { MisuseInLogsOptions } from '../control/run-misuse-in-logs.js'
import type { RecipientsOptions } from '../control/run-recipients.js'
import type { ReconcileOptions } from '../control/run-reconcile.js'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'

/** Commands that hold logs against each other, or look in them for what should not be there. */
export function addAuditControl(
  audit: Command,
  choosing: (command: Command) => Command,
  surroundings: Surroundings,
  finish: Finish,
): void {
  choosing(
    audit
      .command('reconcile')
      .summary('hold the logs of gateway, organisations and patient against each other')
      .description(
        'Compares, by trace, request and decision, what the gateway recorded with what the organisations recorded, and prints each difference. Where the privacy service’s log is among them, also whether each of the patient’s statements that an organisation decided by was stated there. With --queries it starts a network of its own, asks so many questions while sources fail, and compares the patient’s view too.',
      ),
  )
    .option('--queries <n>', 'ask so many questions, with faults, in a network of its own')
    .option('--seed <n>', 'of the faults', '1')
    .action(async (options: ReconcileOptions) => {
      const { runReconcile } = await import('../control/run-reconcile.js')
      finish(await runReconcile(options, surroundings))
    })
  choosing(
    audit
      .command('recipients')
      .summary('list who was given a row')
      .description(
        'Lists who was given a row, from the log of the organisation that holds it, and who was given it before it was corrected: they may have to be told. With --corrected-since so for each row that was corrected from an instant on.',
      ),
  )
    .option('--item <row id>', '`<organisation number>.<local id>`')
    .option('--corrected-since <instant>', 'all rows that were corrected from then on (RFC 3339)')
    .action(async (options: RecipientsOptions) => {
      const { runRecipients } = await import('../control/run-recipients.js')
      finish(await runRecipients(options, surroundings))
    })
  choosing(
    audit
      .command('find')
      .summary('look accesses up by their decision, or by who asked')
      .description(
        'Lists what was done on the ground of one decision, or by one professional (also for that professional’s own insight), in all logs or those chosen. Names no patient. An organisation that does not know the patient keeps no more of who asked than the organisation: such accesses stand in the log of the gateway alone.',
      ),
  )
    .option('--decision <id>', 'id of the decision (attest)')
    .option('--professional <HPR number>', 'of who asked')
    .action(async (options: FindOptions) => {
      const { runFind } = await import('../control/run-find.js')
      finish(await runFind(options, surroundings))
    })
  choosing(
    audit
      .command('self-authorised')
      .summary('list accesses whose ground the user chose by hand')
      .description('Lists accesses by self-authorisation, for log control.'),
  ).action(async (options: LogChoice) => {
    const { runSelfAuthorised } = await import('../control/run-find.js')
    finish(await runSelfAuthorised(options, surroundings))
  })
  choosing(
    audit
      .command('signs')
      .summary('look through logs for signs of misuse')
      .description(
        'Lets the rules of log control look through logs as they lie there, and prints for each user and day what somebody should look at: many patients in an hour, a colleague, the own family name, nights. A sign, never a finding. Without --people neither colleagues nor family names can be looked for. Done where all of the logs could be read.',
      ),
  )
    .option(
      '--people <file>',
      'base data: {people: [{identifier, familyName?, organization?}], bearers?: {<family name>: <how many bear it>}}',
    )
    .action(async (options: MisuseInLogsOptions) => {
      const { runMisuseInLogs } = await import('../control/run-misuse-in-logs.js')
      finish(await runMisuseInLogs(options, surroundings))
    })
  audit
    .command('misuse')
    .summary('measure the rules that look for misuse')
    .description(
      'Generates a log with misuse that is known (bulk look-ups, colleagues, family names, nights), lets the rules look through it, and prints how much they found and how often they were wrong. Done only where each rule finds 90 % and there are at most 5 false alarms for 10,000 users a day.',
    )
    .option('--accesses <n>', 'ordinary accesses', '100000')
    .option('--seed <n>', 'of the log', '1')
    .action(async (options: MisuseOptions) => {
      const { runMisuse } = await import('../control/run-misuse.js')
      finish(await runMisuse(options, surroundings))
    })
}
