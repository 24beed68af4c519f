import type { PatientKey } from '@kilde/people'
import { bundlesOf, type OrganizationBundle } from './bundles.js'
import type { Chart } from './chart.js'
import { copdCourse } from './courses/copd.js'
import { copiesCourse } from './courses/copies.js'
import { diabetesCourse } from './courses/diabetes.js'
import { onePlaceCourse } from './courses/one-place.js'
import { childCourse, youthCourse } from './courses/youth.js'

/** What each patient's organisations hold. The same `until` gives the same data, to the last digit. */
export function demoCharts(until: Date): Readonly<Record<PatientKey, Chart>> {
  return {
    copd: copdCourse(until),
    diabetes: diabetesCourse(until),
    onePlace: onePlaceCourse(until),
    none: new Map(),
    copies: copiesCourse(until),
    youth: youthCourse(until),
    child: childCourse(until),
  }
}

/** Everything that the demo loads, as FHIR R4 batches. */
export function demoBundles(until: Date): readonly OrganizationBundle[] {
  return Object.values(demoCharts(until)).flatMap((chart) => bundlesOf(chart))
}
