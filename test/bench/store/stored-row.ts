import { identityDigest } from '@kilde/contract'
import { lookupOf, type StoreKeys, sealContent, sealFacts } from '@kilde/organization/store'
import type { CopyRows } from './copy-rows.js'
import type { DrawnRow } from './population.js'

export const ORGANIZATION = '310000108'
const LOINC = 'http://loinc.org'
const UCUM = 'http://unitsofmeasure.org'

/** Columns in the order in which `writeStored` writes them. */
export const columns = [
  ...['id', 'number', 'patient', 'key', 'identity', 't', 'precision', 'version', 'codes'],
  ...['category', 'status', 'abnormal', 'owner', 'point_of_care', 'author_kind', 'received_ms'],
  ...['facts', 'resource', 'labels', 'open_from_ms'],
]

export const tokenOf = (code: string): string => `${LOINC}|${code}`

/** Writes one row as ingest would have left it: sealed, found by the same columns. */
export function writeStored(
  copy: CopyRows,
  keys: StoreKeys,
  codes: ReadonlyMap<string, number>,
  row: DrawnRow,
): void {
  const { index, kind, t } = row
  const hex = (index + 1).toString(16).padStart(12, '0')
  const uuid = `${scrambled(index)}-0000-4000-8000-${hex}`
  const place = { id: `${ORGANIZATION}.${uuid}`, patient: row.patient, version: 1 }
  const identifier = `urn:ietf:rfc:3986|urn:uuid:${uuid}`
  const key = `identifier:${identifier}`
  const identity = identityDigest(identifier)
  const values: [string, string[]][] = [
    [kind.parts ? '{}' : `{"valueQuantity":${quantity(row, 0)}}`, [tokenOf(kind.code)]],
    ...(kind.parts ?? []).map((part): [string, string[]] => [
      `{"valueQuantity":${quantity(row, 0)}}`,
      [tokenOf(part)],
    ]),
  ]
  // Digests of what was sent: of the right length, and cheaper than those of ingest.
  const facts = { content: identity, key, sent: `${identity}${identity}`, values }
  copy
    .row(columns.length)
    .text(place.id)
    .bigint(index + 1)
    .bigint(place.patient)
    .text(lookupOf(keys.current, 'key', key))
    .text(identity)
    .bigint(t)
    .text('INSTANT')
    .integer(1)
    .integers([kind.code, ...(kind.parts ?? [])].map((code) => codes.get(tokenOf(code)) ?? 0))
    .texts([kind.category])
    .text(row.status)
    .boolean(row.abnormal)
    .text(ORGANIZATION)
    .text(null)
    .text('PATIENT')
    .bigint(t + 60_000)
    .bytes(sealFacts(keys, place, facts))
    .bytes(sealContent(keys, place, { resource: resourceOf(row, uuid), device: DEVICE }))
    .texts([])
    .bigint(null)
}

const DEVICE = `{"resourceType":"Device","manufacturer":"Nonin","modelNumber":"3230","deviceName":[{"name":"Nonin 3230","type":"model-name"}]}`

const quantity = ({ kind, value }: DrawnRow, less: number): string =>
  `{"value":${value - less}.0,"unit":"${kind.unit}","system":"${UCUM}","code":"${kind.unit}"}`

const coding = (code: string, display: string): string =>
  `{"coding":[{"system":"${LOINC}","code":"${code}","display":"${display}"}]}`

function resourceOf(row: DrawnRow, uuid: string): string {
  const { kind, status, patient, t } = row
  const parts = (kind.parts ?? []).map(
    (code, at) => `{"code":${coding(code, 'Component')},"valueQuantity":${quantity(row, at * 30)}}`,
  )
  const value = kind.parts
    ? `"component":[${parts.join(',')}]`
    : `"valueQuantity":${quantity(row, 0)}`
  return [
    `{"resourceType":"Observation","status":"${status}"`,
    `"identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:${uuid}"}]`,
    `"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"${kind.category}"}]}]`,
    `"code":${coding(kind.code, kind.display)}`,
    `"subject":{"identifier":{"system":"urn:oid:2.16.578.1.12.4.1.4.1","value":"${numberOf(patient)}"}}`,
    `"effectiveDateTime":"${new Date(t).toISOString()}"`,
    `"device":{"reference":"Device/1","display":"Nonin 3230"}`,
    `${value}}`,
  ].join(',')
}

/** Eleven digits that are nobody's: the month of birth is 99. */
export const numberOf = (patient: number): string => `0199${String(patient).padStart(7, '0')}`

/** Ids come in no order, as random ones do. */
const scrambled = (index: number): string =>
  (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
