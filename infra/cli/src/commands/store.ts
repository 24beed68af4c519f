import type { Command } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { BackUpOptions } from '../store/back-up.js'
import type { StoreChoice } from '../store/key-file.js'
import type { RestoreOptions } from '../store/restore-store.js'
import type { Surroundings } from '../surroundings.js'

export function addStore(program: Command, surroundings: Surroundings, finish: Finish): void {
  const store = program
    .command('store')
    .summary('back up, restore and seal the store of an organisation')
    .description(
      'Tends the database of one organisation (docs/store.md), also while its node runs.',
    )
  choosing(
    store
      .command('backup')
      .description(
        'Write a whole store as of one instant into a file that only the organisation’s key opens. The access log is not in it.',
      ),
  )
    .requiredOption('--to <file>', 'a file; takes its name when it is whole')
    .action(async (options: BackUpOptions) => {
      const { runBackUp } = await import('../store/back-up.js')
      finish(await runBackUp(options, surroundings))
    })
  choosing(
    store
      .command('restore')
      .description(
        'Fill an empty database from a backup: all of it, or nothing where the file was cut, changed, or is not of this organisation and key.',
      ),
  )
    .requiredOption('--from <file>', 'the backup')
    .action(async (options: RestoreOptions) => {
      const { runRestore } = await import('../store/restore-store.js')
      finish(await runRestore(options, surroundings))
    })
  choosing(
    store
      .command('reseal')
      .description(
        'Seal anew, with the current key, whatever an earlier one sealed. Give the node both keys first; broken off, begin it again.',
      ),
  ).action(async (options: StoreChoice) => {
    const { runReseal } = await import('../store/reseal-store.js')
    finish(await runReseal(options, surroundings))
  })
}

const choosing = (command: Command): Command =>
  command
    .requiredOption('--organization <number>', 'whose store')
    .requiredOption('--keys <file>', 'addresses and keys of stores')
    .addHelpText('after', closing)

const closing = `
A file of keys is a JSON list of {organization, databaseUrl, key, previousKeys?}, keys as 32 bytes in base64url: secret.

Exit code: 0 only when it was done as a whole; 1 when not; 2 for a wrong command line.`
