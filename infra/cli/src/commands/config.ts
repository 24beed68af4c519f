import type { Command } from 'commander'
import type { CheckConfigOptions } from '../config/check-config.js'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'

export function addConfig(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command('config')
    .summary('check the settings of a service without starting it')
    .description('Tends the settings of services: docs/configuration.md lists them.')
    .command('check')
    .description(
      'Says what a service would say of its settings, every problem at once and never a value, and names KILDE_ variables that it does not know.',
    )
    .argument('<service>', 'gateway, organization, registry or privacy')
    .option(
      '--env-file <file>',
      'a file of settings, as `node --env-file` reads it (default: the environment)',
    )
    .option('--production', 'as in production, which refuses what is unsafe')
    .option('--json', 'as JSON, for programs')
    .addHelpText(
      'after',
      '\nExit code: 0 when the service would start, 1 when not, 2 for a wrong command line.\n\nExample:\n  kilde config check organization --env-file nye/node.env --production',
    )
    .action(async (service: string, options: Omit<CheckConfigOptions, 'service'>) => {
      const { checkConfig } = await import('../config/check-config.js')
      finish(await checkConfig({ ...options, service }, surroundings))
    })
}
