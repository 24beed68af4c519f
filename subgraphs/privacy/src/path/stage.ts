import type { PatientIdentifier } from '@kilde/contract'
import type { Mark } from '@kilde/privacy'
import type { Citizen, System } from '@kilde/trust'
import type { NodeState } from '../distribute/node-states.js'
import type { Represents } from '../settings/representation.js'
import type { SourceVersion, Statement, StatementKind } from '../settings/statement.js'

// A step takes what the step before made: another order does not compile.

/** Token and proof hold, and say for whom the caller acts. */
export interface Verified {
  readonly requestId: string
  readonly caller: Citizen | System
  readonly person: PatientIdentifier
}

/** A statement as it is asked for. */
export type NewStatement = Pick<Statement, 'data' | 'recipient' | 'alternatives'> & {
  readonly kind: StatementKind
  /** RFC 3339; absent: from now. */
  readonly from?: string
  readonly until?: string
  readonly representative?: string
  /** What it is called where it came from: what came under this name before is replaced. */
  readonly source?: string
  readonly version?: SourceVersion
}

export type Intent =
  | { readonly do: 'READ' }
  | { readonly do: 'REGISTER'; readonly statements: readonly NewStatement[] }
  | { readonly do: 'LIFT'; readonly id: string }
  /** What was imported under this name, by this version or an older one, holds no longer. */
  | { readonly do: 'WITHDRAW'; readonly source: string; readonly version?: SourceVersion }

export interface Asked extends Verified {
  readonly intent: Intent
}

/** Age rules and representation allow it. */
export interface Permitted extends Asked {
  readonly as: Statement['registeredBy']
  /** Statements to write, as they are after the change. */
  readonly writes: readonly Statement[]
  /** Those that are meant: written now, or there before. */
  readonly meant: readonly Statement[]
}

/** It is on the record. Only now may anything change or be told. */
export interface Noted extends Permitted {
  readonly notedAt: string
}

/** Durable, and what new questions to this service go by. */
export interface Kept extends Noted {
  readonly before: Mark
  readonly mark: Mark
}

/** Nodes were told. */
export interface Distributed extends Kept {
  readonly nodes: readonly NodeState[]
}

/** What is told to the person. */
export interface Gathered extends Noted {
  readonly statements: readonly Statement[]
  readonly representation: readonly Represents[]
  readonly nodes: readonly NodeState[]
}
