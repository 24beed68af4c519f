import { type Command, InvalidArgumentError } from 'commander'
import type { ExportOptions } from '../audit/export-log.js'
import type { ProveOptions } from '../audit/prove.js'
import type { VerifyOptions } from '../audit/verify.js'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { addAuditControl } from './audit-control.js'
import { addPortBase } from './port-base.js'

export function addAudit(program: Command, surroundings: Surroundings, finish: Finish): void {
  const audit = program
    .command('audit')
    .summary('check, prove and export the access logs')
    .description(
      'Opens access logs as they lie on the disk, also while they are being written, and prints what was found, the figure last.',
    )
  choosing(
    audit
      .command('verify')
      .summary('check whole logs')
      .description(
        'Checks every log, or those chosen: each record in its place, none changed, none missing, and every tree head that was ever signed still true. With --at also that what the service publishes about the log is the log that lies here.',
      ),
  )
    .option('--at <address>', 'where the one log chosen is published, e.g. <node>/audit')
    .action(async (options: VerifyOptions) => {
      const { verifyLogs } = await import('../audit/verify.js')
      finish(await verifyLogs(options, surroundings))
    })
  choosing(
    audit
      .command('prove')
      .summary('prove that records stand in a log, or that a log has only grown')
      .description(
        'Makes receipts (RFC 6962 inclusion proofs under a signed tree head) for records of one log, or a proof that it has only grown since earlier proofs, checks them, and prints or writes them. With --check it checks receipts that somebody else made, with the public keys of the log alone. With --at it asks for nothing but what a service publishes, and needs no key: that the log has only grown since earlier proofs, and that receipts are of the log that is published.',
      ),
  )
    .option('--sequence <number>', 'of the record with this number', wholeNumber)
    .option('--decision <id>', 'of each record of this decision')
    .option('--since <file>', 'that the log has only grown since these proofs were written')
    .option('--out <file>', 'write the proofs there, and the public keys to <file>.keys.json')
    .option('--check <file>', 'check the proofs in this file instead')
    .option('--trust <file>', 'with --check or --at: the log’s public keys (JWKS), from its keeper')
    .option('--at <address>', 'where the log is published: <gateway>/audit/<owner>, <node>/audit')
    .action(async (options: ProveOptions) => {
      const { prove } = await import('../audit/prove.js')
      finish(await prove(options, surroundings))
    })
  choosing(
    audit
      .command('export')
      .summary('write a log as FHIR AuditEvents')
      .description(
        'Writes the records of one log as NDJSON of FHIR R4 AuditEvents (profile of the Norwegian trust framework), with a manifest signed by the log’s key: number, digest and tree head.',
      ),
  )
    .requiredOption('--to <folder>', 'a folder that is not there yet')
    .option('--from <instant>', 'records from this instant on (RFC 3339)')
    .option('--until <instant>', 'records before this instant (RFC 3339)')
    .action(async (options: ExportOptions) => {
      const { exportLog } = await import('../audit/export-log.js')
      finish(await exportLog(options, surroundings))
    })
  addAuditControl(audit, choosing, surroundings, finish)
}

function choosing(command: Command): Command {
  return addPortBase(command)
    .option('--keys <file>', 'keys of the logs (default: the running demo’s)')
    .option('--service <name>', 'logs that this service writes, e.g. gateway')
    .option(
      '--owner <owner>',
      'the log of this organisation (number), of `citizens`, or of the `privacy` service',
    )
    .option(
      '--database <variable>',
      'with --service: its log is in the PostgreSQL at the address in this environment variable',
    )
    .addHelpText('after', closing)
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is a whole number.')
  return Number(text)
}

const closing = `
A file of keys is a JSON list of {service, directory or databaseUrl, key, previousKeys?, organizationKeys?, owner?}, keys as
32 bytes in base64url.

Exit code: 0 only when the claim holds for all that was looked at; 1 when it does not; 2 for a wrong command line.`
