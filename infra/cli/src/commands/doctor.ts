import type { Command } from 'commander'
import type { DoctorOptions } from '../doctor/run-doctor.js'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

export function addDoctor(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('doctor')
    .summary('find what is wrong with a network, and what to do about it')
    .description(
      'Looks at every service of the running demo, or at those that are named: whether it can be reached, its TLS, its clock, and each part that its health page names; at contract versions, and at the signed heads of the gateway’s access logs. With --env-file at the settings of one service on this machine: whether they can be used, whether what they name is there, whether the issuer knows its key, its disk. Names each problem by a code of docs/runbook.md, and what to do.',
    )
    .option('--at <url...>', 'base URLs of services (default: those of the running demo)')
    .option('--token-file <file>', 'file with their KILDE_HEALTH_TOKEN')
    .option('--service <service>', 'gateway, organization, registry or privacy')
    .option('--env-file <file>', 'its settings, as `node --env-file` reads them')
    .option('--json', 'as JSON, for programs')
    .addHelpText('after', closing)
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import('../doctor/run-doctor.js')
      finish(await runDoctor(options, surroundings))
    })
  addPortBase(command)
}

const closing = `
Exit code: 0 when all is well, 3 with warnings alone, 1 with a problem, 2 for a wrong command line.

Examples:
  kilde doctor
  kilde doctor --at https://gateway.example https://node.example --token-file health-token
  kilde doctor --service organization --env-file node.env --json`
