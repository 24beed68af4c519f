import { generateRows } from '@kilde/demo'
import { acuteWard, type DemoPatient, organizations, patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { type BaseData, basePeople } from './people.js'

export const holders = ['municipality', 'hospital'] as const
const until = new Date('2026-03-15T10:00:00+01:00')

/** Two organisations that hold data of three patients, and base data that say what a test wants. */
export async function startWithPeople(
  base: BaseData,
  settings: Readonly<Record<string, string>> = {},
): Promise<WatchedNetwork> {
  const network = await startNetwork({
    organizations: holders,
    settings: { privacy: { KILDE_PRIVACY_PEOPLE: basePeople(base), ...settings } },
  })
  const all = { copd: patients.copd, diabetes: patients.diabetes, child: patients.child }
  for (const [seed, patient] of Object.entries(all)) {
    await network.load(generateRows({ patient, organizations: [...holders], rows: 8, until, seed }))
  }
  return network
}

const REPORT = 'complete sources { organization { number name } status reason withheld }'
const ROW = `id valueText withheldFields provenance {
  organization { number name } source { number } system pointOfCare { number name parent { number } } }`
const WHO =
  'who { name organization { name } pointOfCare { number name parent { name } } department client }'

/** Everything that the contract has a place for where care is given, by every way to it. */
export const EVERYWHERE = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  observations { nodes { ${ROW} } edges { node { ...Places } } ${REPORT} }
  latestObservations(codes: ["http://loinc.org|8867-4", "http://loinc.org|29463-7"]) {
    items { observation { ...Places } } ${REPORT} }
  name { variants { source { number name } } ${REPORT} }
} } fragment Places on Observation { provenance { where: pointOfCare { number title: name } } }`

export const LOG = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  accessLog(first: 50) {
    nodes { text(language: EN) withheldFields ${WHO} onBehalfOf { organization { name } } asked { organization { name } } }
    edges { node { who { where: pointOfCare { number } } } }
    ${REPORT} } } }`

/** Numbers and names of sub-units that stand in a text. */
export function placesIn(text: string): readonly string[] {
  return [...Object.values(organizations), acuteWard]
    .flatMap(({ pointOfCare, pointOfCareName }) => [pointOfCare, pointOfCareName])
    .filter((place) => !LEGAL_NAMES.has(place) && text.includes(place))
}

/** Some are called as the organisation that they are of. */
const LEGAL_NAMES: ReadonlySet<string> = new Set(
  Object.values(organizations).map(({ name }) => name),
)

export const ask = async (
  network: WatchedNetwork,
  persona: string,
  about: DemoPatient,
  query: string,
) => (await network.ask(persona, query, { identifier: about.identifier })).body
