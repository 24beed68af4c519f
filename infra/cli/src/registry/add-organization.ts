import type {
  CatalogueState,
  ChangeAnswer,
  OrganizationEntry,
  RegistryAdmin,
} from '@kilde/catalogue'
import { contractVersion } from '@kilde/contract'
import type { ExitCode } from '../exit-codes.js'
import { readPublicKeys } from '../read-keys.js'
import type { Surroundings } from '../surroundings.js'
import { checkedEntry } from './checked-entry.js'
import { findEntry } from './known.js'
import { reportChange } from './report-change.js'
import { agreementOf, type TermsOptions, today } from './terms.js'
import { type Administration, withRegistry } from './with-registry.js'

export interface AddOptions extends TermsOptions {
  readonly number: string
  readonly name: string
  readonly kind: string
  readonly state: string
  readonly citizens: boolean
  readonly endpoint?: string
  readonly replicas?: readonly string[]
  readonly audience?: string
  readonly classes?: readonly string[]
  readonly contract?: string
  readonly parent?: string
  readonly requestSignature?: string
  readonly pageKeys?: readonly string[]
  readonly member?: true
  readonly agreeAll?: true
  readonly agreeWith?: readonly string[]
  readonly portBase?: string
}

/** Adds an organisation or replaces its entry; on demand makes it a member with agreements, so that it takes part at once. */
export async function addOrganization(
  options: AddOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const entry = await entryFrom(options, surroundings)
  return withRegistry(options.portBase, surroundings, (administration) =>
    putOrganization(entry, options, administration, surroundings),
  )
}

/** What is done besides entering it. */
type Besides = TermsOptions &
  Pick<AddOptions, 'number' | 'classes' | 'member' | 'agreeAll' | 'agreeWith'>

/** Enters an organisation that is described well, and tells what came of it. */
export async function putOrganization(
  entry: OrganizationEntry,
  options: Besides,
  administration: Administration,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { state } = await administration.admin.overview()
  const partners = partnersOf(options, state, administration)
  const plan = { options, state, partners, surroundings }
  const answers = await put(administration.admin, entry, plan)
  return report(entry, partners, answers, surroundings)
}

async function entryFrom(
  options: AddOptions,
  { folder }: Surroundings,
): Promise<OrganizationEntry> {
  const { number, name, kind, state, endpoint, replicas, audience, parent } = options
  const { classes = [], contract, requestSignature, pageKeys } = options
  return checkedEntry({
    number,
    name,
    kind: kind.toUpperCase(),
    state: state.toUpperCase(),
    dataClasses: classes,
    contractVersion: contract ?? contractVersion,
    servesCitizens: options.citizens && classes.length > 0,
    endpoint,
    replicas,
    audience,
    parent,
    requestSignature: requestSignature?.toUpperCase(),
    pageKeys: pageKeys && (await readPublicKeys(pageKeys, folder)),
  })
}

/** Numbers of those that it has agreements with. */
function partnersOf(
  { number, agreeAll, agreeWith = [] }: Besides,
  { organizations, memberships }: CatalogueState,
  { demo }: Administration,
): readonly string[] {
  const named = agreeWith.map((text) => findEntry(text, organizations, demo).number)
  const members = agreeAll ? memberships.map(({ organization }) => organization) : []
  return [...new Set([...named, ...members])].filter((partner) => partner !== number)
}

interface Plan {
  readonly options: Besides
  readonly state: CatalogueState
  readonly partners: readonly string[]
  readonly surroundings: Surroundings
}

/** Entry first: the registry refuses agreements and memberships of organisations that it does not know. */
async function put(
  admin: RegistryAdmin,
  entry: OrganizationEntry,
  { options, state, partners, surroundings }: Plan,
): Promise<readonly ChangeAnswer[]> {
  const validFrom = today(surroundings.now())
  const answers = [await admin.putOrganization(entry)]
  if (options.member) {
    const organization = entry.number
    const acceptedTerms = [{ version: newestTerms(state), date: validFrom }]
    answers.push(await admin.putMembership({ organization, acceptedTerms, validFrom }))
  }
  const terms = { ...options, dataClasses: options.classes ?? ['Observation'], validFrom }
  for (const partner of partners) {
    for (const [consumer, provider] of bothWays(entry.number, partner)) {
      answers.push(await admin.putAgreement(agreementOf(consumer, provider, terms)))
    }
  }
  return answers
}

const bothWays = (one: string, other: string) =>
  [
    [one, other],
    [other, one],
  ] as const

/** The version of the terms that members accepted last. */
function newestTerms({ memberships }: CatalogueState): string {
  const accepted = memberships.flatMap(({ acceptedTerms }) => acceptedTerms)
  return accepted.toSorted((a, b) => (a.date < b.date ? 1 : -1))[0]?.version ?? '1.0'
}

function report(
  { number, name }: OrganizationEntry,
  partners: readonly string[],
  answers: readonly ChangeAnswer[],
  surroundings: Surroundings,
): ExitCode {
  const last = answers.at(-1)
  if (last === undefined) throw new Error('no change was made')
  const changed = answers.some((answer) => answer.changed)
  const agreed = partners.length > 0 ? `, with agreements with ${partners.length} others` : ''
  return reportChange(
    `${name} (${number}) is in the registry${agreed}`,
    { ...last, changed },
    surroundings,
  )
}
