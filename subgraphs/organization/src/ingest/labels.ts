import type { CodeableConcept, Coding, Meta } from 'fhir/r4.js'
import type { Change } from '../sources/intake.js'

/** Code system 9603 [Nektet innsyn og sperring], by each of the names that it is written under. */
export const labelSystems: readonly (string | undefined)[] = [
  'urn:oid:2.16.578.1.12.4.1.1.9603',
  'http://helsedir.no/fhir/CodeSystem/no-kodeverk-9603',
  'https://fhir.helsedirektoratet.no/CodeSystem/no-kodeverk-9603',
]

/** On the label NORU: from when the citizen may see the row. */
const OPEN_FROM = 'https://specs.kilde.example/fhir/open-from'

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

interface Labelled {
  readonly meta?: Meta | undefined
  /** Of a document. */
  readonly securityLabel?: readonly CodeableConcept[] | undefined
}

/** What `meta.security`, and a document's own labels, say of who may not see the row. */
export function labelsOf({
  meta,
  securityLabel = [],
}: Labelled): Pick<Change, 'labels' | 'openFromMs'> {
  const told = [...(meta?.security ?? []), ...securityLabel.flatMap(({ coding = [] }) => coding)]
  const labels = told.filter((one) => labelSystems.includes(one.system) || isRestricted(one))
  const codes = [...new Set(labels.flatMap(({ code }) => code ?? []))]
  if (codes.length === 0) return {}
  const dates = labels
    .filter(({ code }) => code === 'NORU')
    .map(({ extension = [] }) => extension.find(({ url }) => url === OPEN_FROM)?.valueDateTime)
  // Of several the last; one without a date that can be read is never reached.
  const openFromMs = Math.max(...dates.map((date) => Date.parse(date ?? '')))
  return { labels: codes, ...(Number.isFinite(openFromMs) && { openFromMs }) }
}

/** HL7's `R` and `V`: more than usual is to be kept from others. Nobody here is told from whom, so that it is from everybody. */
const isRestricted = ({ system, code }: Coding): boolean =>
  system === CONFIDENTIALITY && (code === 'R' || code === 'V')
