import type { ExitCode } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { findEntry } from './known.js'
import { reportChange } from './report-change.js'
import { agreementOf, type TermsOptions, today } from './terms.js'
import { withRegistry } from './with-registry.js'

export interface AgreeOptions extends TermsOptions {
  readonly consumer: string
  readonly provider: string
  readonly classes?: readonly string[]
  readonly until?: string
  readonly bothWays?: true
  readonly portBase?: string
}

/** Puts an agreement between two organisations into the registry, or one in each direction. */
export async function agree(options: AgreeOptions, surroundings: Surroundings): Promise<ExitCode> {
  return withRegistry(options.portBase, surroundings, async ({ admin, demo }) => {
    const { organizations } = (await admin.overview()).state
    const consumer = findEntry(options.consumer, organizations, demo)
    const provider = findEntry(options.provider, organizations, demo)
    const terms = {
      ...options,
      dataClasses: options.classes ?? ['Observation'],
      validFrom: today(surroundings.now()),
      ...(options.until !== undefined && { validTo: options.until }),
    }
    const one = await admin.putAgreement(agreementOf(consumer.number, provider.number, terms))
    const other = options.bothWays
      ? await admin.putAgreement(agreementOf(provider.number, consumer.number, terms))
      : undefined
    const what = options.bothWays
      ? `${consumer.name} and ${provider.name} may ask each other`
      : `${consumer.name} may ask ${provider.name}`
    const answer = { ...(other ?? one), changed: one.changed || other?.changed === true }
    return reportChange(what, answer, surroundings)
  })
}
