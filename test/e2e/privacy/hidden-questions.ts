import { organizations } from '@kilde/people'

const REPORT = `complete
  completeness { agreed asked answered failed withheld stale notAsked catalogueStale policy { completion } }
  sources { organization { number name } status returned dropped recovered withheld reason elapsed asOf contractVersion }`
const ROWS = `nodes { id valueText provenance { organization { number } } } edges { cursor node { id } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount { value precision } ${REPORT}`
const PULSE = 'http://loinc.org|8867-4'
const TREND = `observationTrend(code: "${PULSE}", unit: "/min", bucket: MONTH,
  period: { start: "2026-01-01T00:00:00Z", end: "2026-06-01T00:00:00Z" }) {
  unit leftOut buckets { start count mean minimum maximum conflicts mayCountCopies } ${REPORT} }`
const LATEST = `latestObservations(codes: ["${PULSE}", "http://loinc.org|29463-7"]) {
  items { code observation { id } complete newerMayExist } ${REPORT} }`
const NAME = `name { value { text } variants { rank recorded } conflict ${REPORT} }`

const ask = (selection: string, args = ''): string =>
  `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier${args}) { ${selection} } }`

/** One question for each field that tells of a patient, and for each argument that could make a difference. */
export const questions: Readonly<Record<string, string>> = {
  'a list': ask(`observations { ${ROWS} }`),
  'a list from its end': ask(`observations(order: OLDEST_FIRST, first: 3) { ${ROWS} }`),
  'a list by code': ask(`observations(filter: { codes: ["${PULSE}"] }) { ${ROWS} }`),
  'the newest of a list': ask(`observations(filter: { last: 2 }) { ${ROWS} }`),
  'what is abnormal': ask(`observations(filter: { abnormalOnly: true }) { ${ROWS} }`),
  'what was withdrawn': ask(`observations(filter: { status: [ENTERED_IN_ERROR] }) { ${ROWS} }`),
  'the newest of each': ask(LATEST),
  'a trend': ask(TREND),
  'the name': ask(NAME),
  'all at once': ask(`observations { ${ROWS} } ${LATEST} ${TREND} ${NAME}`),
  'of this organisation alone': ask(
    `observations { ${ROWS} }`,
    `, sources: ["${organizations.municipality.number}"]`,
  ),
}

/** Those that want an answer from everybody, which one who never discloses cannot give. */
export const demands: Readonly<Record<string, string>> = {
  'everything or nothing': ask(`observations { ${ROWS} }`, ', completion: ALL_OR_ERROR'),
  'not without this organisation': ask(
    `observations { ${ROWS} }`,
    `, mandatorySources: ["${organizations.municipality.number}"]`,
  ),
}
