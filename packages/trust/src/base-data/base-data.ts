/** What the register of health personnel (HPR) says of one number. */
export interface HprEntry {
  /** Whether the number is this person's (national identity number or D-number). */
  isHeldBy(pid: string): boolean
  readonly authorizations: readonly Authorization[]
}

export interface Authorization {
  /** Code of code system 9060, e.g. `LE`. */
  readonly code: string
  /** In force from, epoch milliseconds. */
  readonly fromMs: number
  /** In force until, epoch milliseconds; absent where without end. */
  readonly untilMs?: number
}

/** What the register of organisations [Enhetsregisteret] says of one number. */
export interface OrganizationEntry {
  /** Main unit of a sub-unit; absent for a main unit. */
  readonly parent?: string
  /** Deleted, epoch milliseconds; absent where it exists. */
  readonly endedMs?: number
}

/** Undefined: the register has no such number. @throws TrustError `BASE_DATA_UNAVAILABLE` where it cannot be found out */
export type HprLookup = (hprNumber: string) => Promise<HprEntry | undefined>
/** As {@link HprLookup}. */
export type OrganizationLookup = (number: string) => Promise<OrganizationEntry | undefined>

/** Registers [grunndata] that attests are checked against. */
export interface BaseData {
  readonly findPersonnel: HprLookup
  readonly findOrganization: OrganizationLookup
}
