import { operator } from '@kilde/people'
import type { Command } from 'commander'
import type { CatalogueOptions } from '../catalogue/print-catalogue.js'
import type { Finish } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

export function addCatalogue(program: Command, surroundings: Surroundings, finish: Finish): void {
  const command = program
    .command('catalogue')
    .summary('the API catalogue, for data.norge.no')
    .description(
      'Prints the registry’s API catalogue by DCAT-AP-NO 3, in Turtle: each organisation that shares data as a data service, each of its classes of data as a dataset, with who answers for it, where to ask, and by which law. It tells of no patients, and not who may ask whom.',
    )
    .option('--format <format>', 'dcat', 'dcat')
    .option(
      '--base <url>',
      'beginning of the catalogue’s own IRIs (default: the registry’s address)',
    )
    .option('--publisher <organization>', 'who publishes the catalogue', operator.number)
    .option(
      '--contact <address>',
      'page or e-mail address of the contact point (default: the base)',
    )
    .addHelpText(
      'after',
      '\nExample:\n  kilde catalogue --format dcat --base https://registry.example --contact post@registry.example',
    )
    .action(async (options: CatalogueOptions) => {
      const { printCatalogue } = await import('../catalogue/print-catalogue.js')
      finish(await printCatalogue(options, surroundings))
    })
  addPortBase(command)
}
