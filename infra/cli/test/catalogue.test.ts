import { describe, expect, it } from '@jest/globals'
import type { CatalogueState } from '@kilde/catalogue'
import { describeCatalogue } from '../src/catalogue/describe.js'
import { type Description, turtleOf } from '../src/catalogue/graph.js'
import { faultsIn, readTurtle } from './dcat-ap-no.js'

const [solvik, fjordheim, ward, closed] = ['310000108', '310000205', '310000302', '310000507']
const base = 'https://registry.example'
const dcat = 'http://www.w3.org/ns/dcat#'
const about = {
  base,
  publisher: { number: '310001007', name: 'Kilde Drift IKS' },
  contact: 'mailto:post@registry.example',
}

const entry = (number: string, more: object = {}) => ({
  ...{
    number,
    name: `Virksomhet "${number}" \\ æøå`,
    kind: 'OTHER' as const,
    state: 'ACTIVE' as const,
  },
  ...{ endpoint: `https://node.example/${number}`, dataClasses: ['Observation', 'CarePlan'] },
  ...{ contractVersion: '1.0', servesCitizens: true, ...more },
})
const agreement = (provider: string, legalBasis: string, dataClasses: readonly string[]) => ({
  ...{
    id: `${provider}-${legalBasis.length}`,
    consumer: solvik,
    provider,
    dataClasses,
    legalBasis,
  },
  ...{ purposes: ['TREAT'], riskAssessment: 'ROS 1.0', validFrom: '2024-01-01' },
})
const state: CatalogueState = {
  ...{ version: 3, issuedAt: '2026-03-01T00:00:00Z', memberships: [] },
  organizations: [
    entry(solvik),
    entry(fjordheim, { state: 'DRAINING', dataClasses: ['Observation', 'Unheard'] }),
    entry(ward, { endpoint: undefined, dataClasses: [], parent: fjordheim }),
    entry(closed, { dataClasses: [] }),
  ],
  agreements: [
    agreement(solvik, 'helsepersonelloven § 45', ['Observation']),
    agreement(fjordheim, 'pasientjournalloven § 19', ['Observation']),
    agreement(fjordheim, 'helsepersonelloven § 45', ['Observation']),
  ],
}

const turtle = () => turtleOf(describeCatalogue(state, about))
/** The catalogue with one of its descriptions changed. */
const changed = async (iri: string, change: (properties: Description['properties']) => object) => {
  const all = describeCatalogue(state, about)
  const found = all.find((one) => one.iri === iri)
  if (!found) throw new RangeError(`${iri} is not described`)
  const properties = change(found.properties) as Description['properties']
  const others = all.map((one) => (one === found ? { ...one, properties } : one))
  return faultsIn(readTurtle(await turtleOf(others)))
}

describe('the API catalogue by DCAT-AP-NO', () => {
  it('keeps every rule of the profile', async () => {
    expect(faultsIn(readTurtle(await turtle()))).toEqual([])
  })

  it('has a service for each organisation that shares, and a dataset for each of its classes', async () => {
    const store = readTurtle(await turtle())
    const found = (property: string) =>
      store.getObjects(`${base}/catalogue`, `${dcat}${property}`, null).map(({ value }) => value)
    expect(found('service')).toEqual(
      [solvik, fjordheim].map((one) => `${base}/catalogue/services/${one}`),
    )
    expect(found('dataset').map((one) => one.slice(`${base}/catalogue/datasets/`.length))).toEqual([
      `${solvik}/Observation`,
      `${solvik}/CarePlan`,
      `${fjordheim}/Observation`,
      `${fjordheim}/Unheard`,
    ])
    const [endpoint] = store.getObjects(
      `${base}/catalogue/services/${solvik}`,
      `${dcat}endpointURL`,
      null,
    )
    expect(endpoint?.value).toBe(`https://node.example/${solvik}/graphql`)
  })

  it('names the laws by which a class may be asked for, and none where nobody has agreed', async () => {
    const store = readTurtle(await turtle())
    const laws = (dataset: string) =>
      store
        .getObjects(
          `${base}/catalogue/datasets/${dataset}`,
          'http://data.europa.eu/r5r/applicableLegislation',
          null,
        )
        .flatMap((law) => store.getObjects(law, 'http://purl.org/dc/terms/title', null))
        .filter((text) => 'language' in text && text.language === 'nb')
        .map(({ value }) => value)
        .toSorted()
    expect(laws(`${fjordheim}/Observation`)).toEqual([
      'helsepersonelloven § 45',
      'pasientjournalloven § 19',
    ])
    expect(laws(`${solvik}/CarePlan`)).toEqual([])
  })

  it('does not tell who may ask whom', async () => {
    expect(await turtle()).not.toContain('ROS 1.0')
  })

  const service = `${base}/catalogue/services/${solvik}`
  it.each([
    ['a service without an address', service, { 'dcat:endpointURL': [] }],
    [
      'a service with two',
      service,
      { 'dcat:endpointURL': [{ iri: 'https://a.example' }, { iri: 'https://b.example' }] },
    ],
    ['a title without a language', service, { 'dct:title': { text: 'Kilde' } }],
    [
      'a publisher of whom nothing is told',
      service,
      { 'dct:publisher': { iri: 'https://a.example' } },
    ],
    ['a right that is none', service, { 'dct:accessRights': { iri: 'https://a.example' } }],
    ['a contact without an address', `${base}/catalogue/contact`, { 'vcard:hasEmail': [] }],
    ['a catalogue without a description', `${base}/catalogue`, { 'dct:description': [] }],
  ])('would be found out with %s', async (_, iri, wrong) => {
    expect(await changed(iri, (properties) => ({ ...properties, ...wrong }))).toHaveLength(1)
  })
})
