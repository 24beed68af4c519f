import { endOf, startOf } from './instant.js'
import type { Agreement, CatalogueContent, Membership, OrganizationEntry } from './state.js'

/** What one entry alone cannot show: every problem of a state as a sentence, none when it is consistent. */
export function problemsOf(content: CatalogueContent): readonly string[] {
  const known = new Map(content.organizations.map((entry) => [entry.number, entry]))
  return [
    ...repeated('organisation', content.organizations, (entry) => entry.number),
    ...repeated('agreement', content.agreements, (agreement) => agreement.id),
    ...repeated('membership of', content.memberships, (membership) => membership.organization),
    ...content.organizations.flatMap((entry) => ofOrganization(entry, known)),
    ...content.agreements.flatMap((agreement) => ofAgreement(agreement, known)),
    ...content.memberships.flatMap((membership) => ofMembership(membership, known)),
  ]
}

type Known = ReadonlyMap<string, OrganizationEntry>

function repeated<T>(what: string, rows: readonly T[], key: (row: T) => string): readonly string[] {
  const seen = new Set<string>()
  const twice = rows.map(key).filter((name) => seen.size === seen.add(name).size)
  return [...new Set(twice)].map((name) => `${what} ${name}: stands there more than once`)
}

function ofOrganization(entry: OrganizationEntry, known: Known): readonly string[] {
  const problems = [
    ...(entry.dataClasses.length > 0 && entry.endpoint === undefined
      ? ['shares data classes and so needs an endpoint']
      : []),
    ...ofReplicas(entry),
    ...(entry.parent === undefined ? [] : ofSubUnit(entry, known.get(entry.parent))),
    ...(entry.successor === undefined ? [] : ofSuccessor(entry, known)),
    ...(entry.suppliers ?? []).flatMap((supplier) =>
      ofPeriod(supplier).map((problem) => `supplier ${supplier.organization}: ${problem}`),
    ),
  ]
  return problems.map((problem) => `organisation ${entry.number}: ${problem}`)
}

function ofReplicas({ endpoint, replicas = [] }: OrganizationEntry): readonly string[] {
  if (replicas.length > 0 && endpoint === undefined)
    return ['has replicas and so needs an endpoint']
  const addresses = new Set([endpoint, ...replicas])
  return addresses.size === replicas.length + 1
    ? []
    : ['names an address twice among its endpoint and its replicas']
}

function ofSubUnit(entry: OrganizationEntry, parent: OrganizationEntry | undefined): string[] {
  const problems: string[] = []
  if (parent === undefined) problems.push(`its parent ${entry.parent} is unknown`)
  else if (parent.parent !== undefined) {
    problems.push(`its parent ${entry.parent} is itself a sub-unit; name the legal entity`)
  }
  if (entry.dataClasses.length > 0 || entry.endpoint !== undefined || entry.servesCitizens) {
    problems.push('is a sub-unit; what it shares belongs to the entry of its legal entity')
  }
  if (entry.successor !== undefined) {
    problems.push('is a sub-unit and has no successor of its own; give its legal entity one')
  }
  return problems
}

function ofSuccessor(entry: OrganizationEntry, known: Known): string[] {
  const seen = new Set([entry.number])
  let next = entry.successor
  while (next !== undefined) {
    if (seen.has(next)) return ['its successors go round in a circle']
    seen.add(next)
    const heir = known.get(next)
    if (heir === undefined) return [`its successor ${next} is unknown`]
    if (heir.parent !== undefined) return [`its successor ${next} is a sub-unit`]
    next = heir.successor
  }
  return []
}

function ofAgreement(agreement: Agreement, known: Known): string[] {
  const problems = (['consumer', 'provider'] as const).flatMap((role) =>
    ofParty(role, known.get(agreement[role]), agreement[role]),
  )
  if (agreement.consumer === agreement.provider) {
    problems.push('consumer and provider are the same; own data need no agreement')
  }
  if (agreement.assistants?.dataClasses.some((one) => !agreement.dataClasses.includes(one))) {
    problems.push('its assistants read a class that the agreement is not about')
  }
  return [...problems, ...ofPeriod(agreement)].map(
    (problem) => `agreement ${agreement.id}: ${problem}`,
  )
}

function ofMembership(membership: Membership, known: Known): string[] {
  const number = membership.organization
  return [...ofParty('organisation', known.get(number), number), ...ofPeriod(membership)].map(
    (problem) => `membership of ${number}: ${problem}`,
  )
}

function ofParty(role: string, entry: OrganizationEntry | undefined, number: string): string[] {
  if (entry === undefined) return [`its ${role} ${number} is unknown`]
  if (entry.parent === undefined) return []
  return [`its ${role} ${number} is a sub-unit; name its legal entity ${entry.parent}`]
}

function ofPeriod(period: { validFrom: string; validTo?: string | undefined }): string[] {
  return startOf(period.validFrom) < endOf(period.validTo) ? [] : ['it ends before it begins']
}
