import type { HealthCode } from './codes.js'

/** State of one part a service depends on. */
export interface PartHealth {
  readonly name: string
  readonly ok: boolean
  /** What is wrong with it where it is not ok. */
  readonly code: HealthCode
  /** Fixed words, e.g. `last signed state is 40 s old`. No addresses, no identifiers. */
  readonly note?: string
  /** Not ok, and the service goes on: it stays ready, and the health page warns. */
  readonly warning?: boolean
}

/** The service cannot do its work without this part. */
export const isBroken = ({ ok, warning = false }: PartHealth): boolean => !ok && !warning
