import type { PatientIdentifier } from '@kilde/contract'
import {
  type Compared,
  classNamed,
  classNames,
  compareClassPages,
  compareNames,
  comparePages,
  type Source,
} from '@kilde/organization/sources'

/** What is asked about each patient. */
export interface Reach {
  /** Observations from this instant on (epoch milliseconds). */
  readonly fromMs: number
  /** Most rows of a list. */
  readonly rows: number
}

/** Measurements, names, and the classes that are kept as FHIR resources, by their names. */
export const lists: readonly string[] = ['observations', 'names', ...classNames]

const STATUSES = [
  ...['registered', 'preliminary', 'final', 'amended', 'corrected', 'cancelled'],
  ...['entered-in-error', 'unknown'],
]
const ELEMENTS = [
  ...['identifier', 'status', 'category', 'code', 'effectiveDateTime', 'effectivePeriod'],
  ...['effectiveInstant', 'issued', 'valueQuantity', 'valueCodeableConcept', 'valueString'],
  ...['valueBoolean', 'valueInteger', 'dataAbsentReason', 'interpretation', 'note', 'bodySite'],
  ...['method', 'performer', 'referenceRange', 'component'],
]
/** One list of one patient at both. @throws what a source that does not answer rejects with */
export async function compareList(
  list: string,
  patient: PatientIdentifier,
  [existing, shadow]: readonly [Source, Source],
  { fromMs, rows: limit }: Reach,
  signal: AbortSignal,
): Promise<Compared> {
  const asked = { patient, limit, order: 'NEWEST_FIRST', count: true } as const
  const both = async <T>(ask: (source: Source) => Promise<T>): Promise<readonly [T, T]> =>
    Promise.all([ask(existing), ask(shadow)])
  switch (list) {
    case 'observations': {
      const question = {
        ...{ ...asked, fromMs, status: STATUSES, elements: ELEMENTS, abnormalOnly: false },
      }
      return comparePages(question, ...(await both((source) => source.read(question, signal))))
    }
    case 'names':
      return compareNames(...(await both((source) => source.names({ patient }, signal))))
    default: {
      const question = { ...asked, ...ofClass(list) }
      return compareClassPages(question, ...(await both((source) => source.rows(question, signal))))
    }
  }
}

/** All of a class, whatever its status. */
function ofClass(name: string) {
  const { statuses, needs } = classNamed(name).view
  return {
    ...{ class: name, facets: {}, related: false, rivals: false },
    status: statuses.map((one) => one.toLowerCase().replaceAll('_', '-')),
    elements: [...new Set(Object.values(needs).flat())],
  }
}
