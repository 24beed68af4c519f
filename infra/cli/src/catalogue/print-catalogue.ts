import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { findEntry } from '../registry/known.js'
import { withRegistry } from '../registry/with-registry.js'
import type { Surroundings } from '../surroundings.js'
import { describeCatalogue } from './describe.js'
import { turtleOf } from './graph.js'

export interface CatalogueOptions {
  readonly format: string
  readonly base?: string
  readonly publisher: string
  readonly contact?: string
  readonly portBase?: string
}

/** Prints the registry's API catalogue for data.norge.no and others that harvest. */
export async function printCatalogue(
  options: CatalogueOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (options.format !== 'dcat') throw usage('--format takes dcat, which is the only one so far.')
  return withRegistry(options.portBase, surroundings, async ({ admin, demo }) => {
    const { state } = await admin.overview()
    const base = (options.base ?? demo.registry).replace(/\/+$/, '')
    if (!isWebAddress(base)) throw usage('--base takes an http or https address.')
    const publisher = findEntry(options.publisher, state.organizations, demo)
    const contact = contactFrom(options.contact ?? base)
    const described = describeCatalogue(state, { base, publisher, contact })
    surroundings.out.write(await turtleOf(described))
    return exitCodes.done
  })
}

/** A page, or an e-mail address with or without `mailto:`. */
function contactFrom(given: string): string {
  if (isWebAddress(given)) return given
  const email = given.replace(/^mailto:/, '')
  if (/^[^\s@<>"]+@[^\s@<>"]+$/.test(email)) return `mailto:${email}`
  throw usage('--contact takes the address of a page, or an e-mail address.')
}

const isWebAddress = (text: string): boolean =>
  URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)

const usage = (text: string): CliError => new CliError('USAGE', { text })
