import type { Selection } from '../merge/select.js'
import type { RowTable } from './row-table.js'

/** What a row is checked against while it is read. */
export interface RowScan {
  readonly table: RowTable
  readonly json: Uint8Array
  /** Organisation that answered, as a number. */
  readonly organization: number
  /** Where the row's id starts and ends in its cursor. */
  idFrom: number
  idTo: number
  /** False once a patch of the row is not trivially what stands there already. */
  plain: boolean
}

/** Checks the value at a place; answers the place after it, or FAULT. */
export type Scan = (scan: RowScan, at: number) => number

/** A selection of a reference that rows show: an organisation's fields from the registry, or its number alone. */
export interface Reference {
  readonly fields: Selection
  readonly keyOnly: boolean
}

/** Gathers what the scans of one operation refer to by number. */
export interface ScanParts {
  readonly references: Reference[]
  joins: number
}
