import type {
  Agreement,
  CatalogueContent,
  ChangeAnswer,
  Membership,
  OrganizationEntry,
  StateInput,
} from '@kilde/catalogue'
import { RegistryError } from '../errors.js'

export interface Change {
  readonly action: string
  readonly target?: string
  /** What was given, for the log of changes. */
  readonly entry?: unknown
  /** Least version that the change makes. */
  readonly version?: number | undefined
  /** @throws RegistryError `REGISTRY_UNKNOWN` or `REGISTRY_CONFLICT` */
  apply(before: CatalogueContent): Outcome
}

export interface Outcome {
  readonly content: CatalogueContent
  readonly ended?: NonNullable<ChangeAnswer['ended']>
}

const numberOf = (entry: OrganizationEntry): string => entry.number
const idOf = (agreement: Agreement): string => agreement.id
const memberOf = (membership: Membership): string => membership.organization

export function putOrganization(entry: OrganizationEntry): Change {
  return {
    action: 'organization.put',
    target: entry.number,
    entry,
    apply: (before) => ({
      content: { ...before, organizations: put(before.organizations, entry, numberOf) },
    }),
  }
}

const turns = { drain: 'DRAINING', pause: 'PAUSED', activate: 'ACTIVE' } as const
export type Turn = keyof typeof turns
export const turnNames = Object.keys(turns) as readonly Turn[]

/** Drains, pauses or activates an organisation. */
export function turnOrganization(number: string, turn: Turn): Change {
  return {
    action: `organization.${turn}`,
    target: number,
    apply(before) {
      const entry = before.organizations.find((row) => row.number === number)
      if (entry === undefined) throw unknown('organisation', number)
      const turned = { ...entry, state: turns[turn] }
      return { content: { ...before, organizations: put(before.organizations, turned, numberOf) } }
    },
  }
}

/**
 * Removes an organisation, and with it its sub-units, its membership and every agreement that names it: nobody may go
 * on asking on the ground of an agreement whose party is gone. What another organisation points to as its successor
 * stays: removing it would hide the other's data.
 */
export function removeOrganization(number: string): Change {
  return {
    action: 'organization.remove',
    target: number,
    apply(before) {
      requireKnown('organisation', before.organizations, number, numberOf)
      refuseHeir(before, number)
      const gone = new Set([number, ...subUnitsOf(before, number)])
      const agreements = before.agreements.filter((row) => !isParty(row, gone))
      const ended = before.agreements.filter((row) => isParty(row, gone))
      return {
        content: {
          organizations: before.organizations.filter((row) => !gone.has(row.number)),
          agreements,
          memberships: before.memberships.filter((row) => !gone.has(row.organization)),
        },
        ended: { organizations: [...gone], agreements: ended.map(idOf) },
      }
    },
  }
}

export function putAgreement(agreement: Agreement): Change {
  return {
    action: 'agreement.put',
    target: agreement.id,
    entry: agreement,
    apply: (before) => ({
      content: { ...before, agreements: put(before.agreements, agreement, idOf) },
    }),
  }
}

export function removeAgreement(id: string): Change {
  return {
    action: 'agreement.remove',
    target: id,
    apply: (before) => ({
      content: { ...before, agreements: without('agreement', before.agreements, id, idOf) },
    }),
  }
}

export function putMembership(membership: Membership): Change {
  return {
    action: 'membership.put',
    target: membership.organization,
    entry: membership,
    apply: (before) => ({
      content: { ...before, memberships: put(before.memberships, membership, memberOf) },
    }),
  }
}

export function removeMembership(number: string): Change {
  return {
    action: 'membership.remove',
    target: number,
    apply: (before) => ({
      content: {
        ...before,
        memberships: without('membership of', before.memberships, number, memberOf),
      },
    }),
  }
}

/** Replaces everything. */
export function importState({
  version,
  organizations,
  agreements,
  memberships,
}: StateInput): Change {
  const content = { organizations, agreements, memberships }
  return {
    action: 'state.import',
    version,
    entry: content,
    apply: () => ({
      content: {
        organizations: sorted(organizations, numberOf),
        agreements: sorted(agreements, idOf),
        memberships: sorted(memberships, memberOf),
      },
    }),
  }
}

function put<T>(rows: readonly T[], row: T, key: (row: T) => string): readonly T[] {
  return sorted([...rows.filter((other) => key(other) !== key(row)), row], key)
}

function without<T>(what: string, rows: readonly T[], name: string, key: (row: T) => string) {
  requireKnown(what, rows, name, key)
  return rows.filter((row) => key(row) !== name)
}

// Always in the same order: the same content is then the same text, whatever way it came about.
function sorted<T>(rows: readonly T[], key: (row: T) => string): readonly T[] {
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

function requireKnown<T>(what: string, rows: readonly T[], name: string, key: (row: T) => string) {
  if (!rows.some((row) => key(row) === name)) throw unknown(what, name)
}

function unknown(what: string, name: string): RegistryError {
  return new RegistryError('REGISTRY_UNKNOWN', { text: `The registry knows no ${what} ${name}.` })
}

function refuseHeir({ organizations }: CatalogueContent, number: string): void {
  const closed = organizations.filter((entry) => entry.successor === number).map(numberOf)
  if (closed.length === 0) return
  throw new RegistryError('REGISTRY_CONFLICT', {
    text: `${number} is the successor of ${closed.join(', ')}. Give these another successor, or remove them, first.`,
  })
}

function subUnitsOf({ organizations }: CatalogueContent, number: string): readonly string[] {
  return organizations.filter((entry) => entry.parent === number).map(numberOf)
}

function isParty({ consumer, provider }: Agreement, numbers: ReadonlySet<string>): boolean {
  return numbers.has(consumer) || numbers.has(provider)
}
