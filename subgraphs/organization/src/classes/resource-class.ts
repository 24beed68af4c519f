import type { PatientIdentifier } from '@kilde/contract'
import type { FhirResource, Reference } from 'fhir/r4.js'
import type { GraphQLFieldResolver } from 'graphql'
import type { Words } from '../access-log/words.js'
import type { SentEntry } from '../ingest/entry.js'
import type { Issue } from '../ingest/outcome.js'
import type { Neighbours } from '../ingest/references.js'
import type { MapContext } from '../map/observation.js'
import type { ClassRow, RelatedResource } from '../sources/source.js'

/**
 * A class of data that is kept as the FHIR resources that were sent, and put together when it is read: all that the node has to
 * know of it. How to add one: docs/adding-a-class.md.
 */
export interface ResourceClass {
  /** Its name in agreements, rules, settings and logs: the FHIR resource that it is of. */
  readonly name: string
  /** What it is called in the access log. */
  readonly words: Words
  /** FHIR statuses in which a row goes on until its end is told, and is not old because it began long ago (retention). */
  readonly lasting?: readonly string[]
  /** Elements that a minimisation profile may leave out: in no other field than their own, which may be absent. */
  readonly leavable: readonly string[]
  readonly intake: ClassIntake
  /** How a FHIR server is asked for it. Absent: it is not, and where it has any the answer says that some may be missing. */
  readonly search?: ClassSearch
  /** Puts rows together from a patient's resources, in whatever order and Bundles they came. */
  readonly assemble: (resources: readonly HeldResource[]) => Assembled
  readonly view: ClassView
}

export interface ClassSearch {
  /** Search parameters of the rows' type that lead to other types of the class (`_include`), e.g. `goal`. */
  readonly includes: readonly string[]
  /** Further types of which each resource may be a row: searched for by patient, too. */
  readonly also?: readonly string[]
  /** Types that refer to rows, and the search parameter by which they do: a part that the row itself does not name. */
  readonly reverse?: readonly { readonly type: string; readonly by: string }[]
}

/** Which resources of a Bundle a class takes. */
export interface ClassIntake {
  /** FHIR types that it is made of. Other classes may have them too. */
  readonly types: readonly string[]
  /**
   * Where a patient may have thousands of rows, each of one resource of `type`: when it is sorted by. Then the store reads no
   * more of them than a page needs. Resources of the other types are what these refer to.
   */
  readonly many?: {
    readonly type: string
    /** Further types of which each resource is a row. */
    readonly alike?: readonly string[]
    /** Epoch milliseconds; undefined where no time can be read: then it is sorted by its receipt. */
    timeOf(resource: unknown, receivedMs: number): number | undefined
  }
  /** Looks over a Bundle, once for all its entries. */
  open(bundle: OpenBundle): ClaimOf
}

export interface OpenBundle {
  readonly entries: readonly SentEntry[]
  readonly neighbours: Neighbours
  /** Of a FHIR document: `system|value` of its identifier, where it has one. */
  readonly document?: { readonly identifier: string | undefined }
}

/** Says of an entry of the class's types whether the class takes it. `at`: FHIRPath of its resource. */
export type ClaimOf = (entry: SentEntry, at: string) => Claim

export type Claim =
  | {
      readonly takes: false
      /** Why it is refused, unless another class takes it. Absent: it is of use for its neighbours' references. */
      readonly why?: Issue
    }
  | {
      readonly takes: true
      /** What is wrong with it, or odd: with a fault it is not kept. */
      readonly issues: readonly Issue[]
      /** Whose it is: of a resource without a patient of its own, everybody whose resources name it. */
      readonly patients: readonly PatientIdentifier[]
      /** Who answers for it, the author first. The first organisation among them owns it. */
      readonly authors: readonly Reference[]
      /** What is kept in its place, where not all of it is: a message without its words. */
      readonly keep?: FhirResource
      /** Tokens `system|code` of measurements that it refers to; `?` for one that is not known. Kept beside it. */
      readonly codes?: readonly string[]
      /** What makes it the same as another, where it has neither a business identifier nor an id of the sender's. */
      readonly identity?: SaidIdentity
    }

export interface SaidIdentity {
  /** In the place of its content. */
  readonly key: string
  /** Digest of what it says, in the place of all that was sent: hex. */
  readonly sent: string
}

/** One FHIR resource of a class as a source holds it: a row, or what rows refer to. */
export interface HeldResource extends RelatedResource {
  /** `<organisation number>.<local id>` */
  readonly id: string
  /** `system|value` of the first business identifier. */
  readonly identifier?: string | undefined
  readonly version: number
  readonly owner: string
  readonly pointOfCare?: string | undefined
  readonly authorKind: ClassRow['authorKind']
  readonly receivedMs: number
  readonly labels: readonly string[]
  readonly openFromMs?: number | undefined
  /** What its claim told of measurements that it refers to. Absent: nothing, or it was taken before claims told it. */
  readonly codes?: readonly string[] | undefined
}

export interface Assembled {
  readonly rows: readonly HeldClassRow[]
  /** Rows that could not be read. */
  readonly dropped: number
}

/** A row with all that decides on whether and where it is shown. */
export interface HeldClassRow extends ClassRow {
  /** Tokens `system|code` by which blocks and consents mean it. `?`: it may be any. */
  readonly codes: readonly string[]
  readonly labels: readonly string[]
  readonly openFromMs: number | undefined
  /** When the row, or something that it is made of, was last taken in (epoch milliseconds). */
  readonly changedMs: number
  /** Of rows of which a patient has one in force at most (strategy MARK_RIVALS). */
  readonly isRival?: boolean
  /** Its status among the rivals, where that is another than its own: a care team may be at work and responsible for nothing. */
  readonly rivalStatus?: string
  /** When what it says ended, as far as it says so (epoch milliseconds). */
  readonly endMs?: number
  /** Ids of the resources that it is made of, its own first. */
  readonly madeOf: readonly string[]
}

export type Resolvers = Readonly<Record<string, GraphQLFieldResolver<never, unknown>>>

/** How a class stands in the contract. */
export interface ClassView {
  /** Field of `Patient`, a list with `filter`, `first`, `after` and `order`. */
  readonly field: string
  /** Type of a row; the list's is `<type>Connection`. */
  readonly type: string
  /** Every status that a row can have, in the contract's spelling. Each has a letter (schemas/src/node-cursor.ts). */
  readonly statuses: readonly string[]
  /** What members of `filter` mean as values of the facet of their name. Absent: what is written. */
  readonly facets?: Readonly<Record<string, FacetOf>>
  /** Which top-level elements of the FHIR resource each field of the row's type is made of. */
  readonly needs: Readonly<Record<string, readonly string[]>>
  /** Fields that are made of what the row refers to. */
  readonly fromRelated: readonly string[]
  /**
   * Reads a row's elements for `fields`.
   * @throws where they are not what FHIR R4 says: the row is dropped alone
   */
  read(row: ClassRow, context: MapContext): object
  /** Fields of the row's type. Each runs only where it is selected. */
  readonly fields: Resolvers
  /** Fields of further types of the contract that need more than a property of their name. */
  readonly types: Readonly<Record<string, Resolvers>>
}

export interface FacetOf {
  /** Most values. */
  readonly most: number
  readonly valuesOf: (value: string) => readonly string[]
}
