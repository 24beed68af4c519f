import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { FhirResource, Observation, Patient } from 'fhir/r4.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { dataFolder } from './data-folder.js'
import { about, batchOf, type EntryAnswer, sendBundle } from './send-bundle.js'
import { patientGateway, peopleOf, STARTING_MS } from './setting.js'

const data = dataFolder()
const PROFILES = ['no/vkpobservation', 'no/no-basis', 'no/no-domain-vitalsigns']
const folders = PROFILES.map((folder) => data.path(`${folder}/conformance`)).join(',')
const [first, second, third] = peopleOf(3).map(({ identifier }) => identifier)

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital'],
    settings: {
      ...patientGateway,
      municipality: { KILDE_PROFILES: folders },
      hospital: { KILDE_PROFILES: folders, KILDE_PROFILE_MODE: 'strict' },
    },
  })
}, STARTING_MS)
afterAll(() => network.stop())

const examples = <T extends FhirResource>(folder: string, named: RegExp) =>
  data.files<T>(`${folder}/examples`, named)
const vkp = examples<Observation>('no/vkpobservation', /^Observation-/)
const send = (place: 'municipality' | 'hospital', resources: readonly object[]) =>
  sendBundle(network, place, batchOf(resources))
/** What is said of profiles, by example. */
const told = (list: readonly (readonly [string, unknown])[], entries: readonly EntryAnswer[]) =>
  list.flatMap(([name], at) => {
    const said = entries[at]?.issues.filter((issue) => / (vkp|no-basis|NoDomain)\S*: /.test(issue))
    return (said ?? []).map((issue) => `${name} ${issue}`)
  })

/** What examples of a guide that claim no profile would break, if they claimed that of their kind. */
const METHOD = 'NoDomainVitalSignsBloodPressureMeasurementMethodValueSet'
const PERFORMER = 'VkpPerformerIdentifiersValueSet'
const broken = [
  `Observation-blood-pressure-create error code-invalid: resource.performer.identifier.system vkp-Observation-Bloodpressure: has no code of ${PERFORMER}, which is required`,
  `Observation-blood-pressure-create error code-invalid: resource.method vkp-Observation-Bloodpressure: has no code of ${METHOD}, which is required`,
  `Observation-heart-rate-create error code-invalid: resource.performer.identifier.system vkp-Observation-Heartrate: has no code of ${PERFORMER}, which is required`,
  `Observation-level-of-consciousness-create error code-invalid: resource.performer.identifier.system vkp-Observation-Consciousness: has no code of ${PERFORMER}, which is required`,
  `Observation-respiratory-rate-create error code-invalid: resource.performer.identifier.system vkp-Observation-Resprate: has no code of ${PERFORMER}, which is required`,
]

describe('the profiles that HL7 Norway publishes', () => {
  it('are kept by the examples of VkpObservation that claim one', async () => {
    const { entries } = await send(
      'municipality',
      vkp.map(([, one]) => about(first ?? '', one)),
    )
    expect(entries.map(({ status }) => status)).toEqual(vkp.map(() => '201 Created'))
    expect(told(vkp, entries)).toEqual([])
  })

  it('are kept by the examples of no-domain vital signs, and of no-basis patients', async () => {
    const signs = examples<Observation>('no/no-domain-vitalsigns', /^Observation-/)
    const taken = await send(
      'municipality',
      signs.map(([, one]) => about(second ?? '', one)),
    )
    expect(told(signs, taken.entries)).toEqual([])
    const patients = examples<Patient>('no/no-basis', /^Patient-/)
    const used = await send(
      'municipality',
      patients.map(([, one]) => one),
    )
    expect(patients.length).toBe(6)
    expect(told(patients, used.entries)).toEqual([])
  })

  it('refuse, where strict, examples that claim none and do not keep that of their kind: element by element', async () => {
    const { entries } = await send(
      'hospital',
      vkp.map(([, one]) => about(third ?? '', one)),
    )
    expect(told(vkp, entries)).toEqual(broken)
    const names = new Set(broken.map((line) => line.split(' ')[0]))
    const refused = vkp.filter(([name]) => names.has(name))
    expect(entries.filter(({ status }) => status.startsWith('422'))).toHaveLength(refused.length)
  })

  it.each<[string, string, (one: Observation) => object, string]>([
    [
      'category',
      'Observation-vkp-heartrate-create',
      (one) => ({ ...one, category: [{ text: 'x' }] }),
      'resource.category vkp-Observation-Heartrate: Incorrect number of values provided for slice',
    ],
    [
      'unit',
      'Observation-vkp-body-temperature-create',
      (one) => ({
        ...one,
        valueQuantity: { ...one.valueQuantity, value: 310, unit: 'K', code: 'K' },
      }),
      'resource.valueQuantity.code vkp-Observation-Bodytemp: must be Cel, [degF] of UCUM',
    ],
    [
      'part',
      'Observation-vkp-blood-pressure-profile-create',
      (one) => ({ ...one, component: one.component?.slice(1) }),
      'resource.component vkp-Observation-Bloodpressure: SystolicBP (http://loinc.org|8480-6) must be there 1..1 times, and is 0',
    ],
    [
      'site',
      'Observation-vkp-blood-pressure-profile-create',
      (one) => ({ ...one, bodySite: { text: 'Nese' } }),
      'resource.bodySite vkp-Observation-Bloodpressure: has no code of NoDomainVitalSignsBloodpressureBodySiteValueSet',
    ],
  ])(
    'are missed, and that is told, by an example with another %s',
    async (_, name, change, expected) => {
      const example = vkp.find(([own]) => own === name)?.[1]
      if (!example) throw new Error(`no ${name}`)
      const { identifier: _identifier, ...changed } = about(
        second ?? '',
        change(example),
      ) as Observation
      const { entries } = await send('municipality', [changed])
      expect(entries[0]?.issues.join('\n')).toContain(expected)
    },
  )
})
