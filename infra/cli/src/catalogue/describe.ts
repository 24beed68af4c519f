import { createHash } from 'node:crypto'
import { audienceOf, type CatalogueState, type OrganizationEntry } from '@kilde/catalogue'
import type { Description, Value } from './graph.js'
import { authority, classNameOf, registered } from './vocabulary.js'

/** What the registry's state does not say. */
export interface Publication {
  /** Beginning of the catalogue's own IRIs. */
  readonly base: string
  /** Who answers for the catalogue. */
  readonly publisher: Pick<OrganizationEntry, 'number' | 'name'>
  /** Address of a contact page, or `mailto:` and an e-mail address. */
  readonly contact: string
}

/** An organisation that shares something, and so has an address at which to ask. */
type Sharing = OrganizationEntry & { readonly endpoint: string }

/**
 * The API catalogue by DCAT-AP-NO 3: each organisation that shares data as a service [datatjeneste], each of its classes as a
 * dataset. What patients it has is not in it, nor who may ask: agreements are told of by the law that they name alone.
 */
export function describeCatalogue(state: CatalogueState, about: Publication): Description[] {
  const sharing = state.organizations.filter(isSharing)
  const legislation = legislationOf(state, about)
  const datasets = sharing.flatMap((entry) =>
    entry.dataClasses.map((dataClass) => datasetOf(entry, dataClass, legislation, about)),
  )
  const services = sharing.map((entry) => serviceOf(entry, about))
  const agents = new Map([about.publisher, ...sharing].map((one) => [one.number, agentOf(one)]))
  return [
    catalogueOf(services, datasets, about),
    ...services,
    ...datasets,
    ...legislation.all(),
    ...agents.values(),
    contactOf(about),
  ]
}

const isSharing = (entry: OrganizationEntry): entry is Sharing =>
  entry.endpoint !== undefined && entry.dataClasses.length > 0

const iri = (text: string) => ({ iri: text })
const iris = (things: readonly Description[]) => things.map((thing) => iri(thing.iri))

function catalogueOf(
  services: readonly Description[],
  datasets: readonly Description[],
  { base, publisher }: Publication,
): Description {
  return {
    iri: `${base}/catalogue`,
    types: ['dcat:Catalog'],
    properties: {
      'dct:title': {
        nb: 'API-katalog for digital hjemmeoppfølging',
        en: 'API catalogue of digital home follow-up',
      },
      'dct:description': {
        nb: 'Virksomheter som deler data i digital hjemmeoppfølging, og hvilke data de deler.',
        en: 'Organisations that share data in digital home follow-up, and which data they share.',
      },
      'dct:publisher': iri(registered(publisher.number)),
      'dcat:contactPoint': iri(contactIri(base)),
      'dct:language': [iri(authority.norwegian), iri(authority.english)],
      'dct:spatial': iri(authority.norway),
      'dcat:service': iris(services),
      'dcat:dataset': iris(datasets),
    },
  }
}

function serviceOf(entry: Sharing, { base }: Publication): Description {
  const { number, name, endpoint, dataClasses, state, contractVersion } = entry
  const served = dataClasses.map((dataClass) => iri(datasetIri(base, number, dataClass)))
  return {
    iri: `${base}/catalogue/services/${number}`,
    types: ['dcat:DataService'],
    properties: {
      'dct:title': { nb: `Kilde hos ${name}`, en: `Kilde at ${name}` },
      'dct:description': {
        nb: `GraphQL etter felles kontrakt, versjon ${contractVersion}. Mottaker i token: ${audienceOf(entry)}.`,
        en: `GraphQL by the common contract, version ${contractVersion}. Audience of tokens: ${audienceOf(entry)}.`,
      },
      'dct:publisher': iri(registered(number)),
      'dcat:contactPoint': iri(contactIri(base)),
      'dcat:endpointURL': iri(`${endpoint}/graphql`),
      'dcat:servesDataset': served,
      'dct:identifier': { text: `${base}/catalogue/services/${number}` },
      'dcat:version': { text: contractVersion },
      'dct:format': iri(authority.json),
      'dct:accessRights': iri(authority.nonPublic),
      'adms:status': iri(authority.status[state]),
      'dcat:theme': iri(authority.health),
      'dcat:keyword': keywords,
    },
  }
}

const keywords = { nb: 'digital hjemmeoppfølging', en: 'digital home follow-up' }

function datasetOf(
  { number, name }: Sharing,
  dataClass: string,
  legislation: Legislation,
  { base }: Publication,
): Description {
  const called = classNameOf(dataClass)
  const laws = iris(legislation.of(number, dataClass))
  return {
    iri: datasetIri(base, number, dataClass),
    types: ['dcat:Dataset'],
    properties: {
      'dct:title': { nb: `${called.nb} hos ${name}`, en: `${called.en} at ${name}` },
      'dct:description': {
        nb: `${called.nb} om pasienter i digital hjemmeoppfølging (FHIR ${dataClass}), som ${name} er dataansvarlig for.`,
        en: `${called.en} of patients in digital home follow-up (FHIR ${dataClass}), of which ${name} is the data controller.`,
      },
      'dct:publisher': iri(registered(number)),
      'dcat:contactPoint': iri(contactIri(base)),
      'dcat:theme': iri(authority.health),
      'dcat:keyword': keywords,
      'dct:identifier': { text: datasetIri(base, number, dataClass) },
      'dct:conformsTo': iri(`http://hl7.org/fhir/StructureDefinition/${dataClass}`),
      'dct:accessRights': iri(authority.nonPublic),
      ...(laws.length > 0 && { 'dcatap:applicableLegislation': laws }),
    } satisfies Description['properties'],
  }
}

const datasetIri = (base: string, number: string, dataClass: string): string =>
  `${base}/catalogue/datasets/${number}/${dataClass}`

interface Legislation {
  all(): readonly Description[]
  /** The laws by which that class of an organisation is asked for. */
  of(provider: string, dataClass: string): readonly Description[]
}

/** Laws as agreements name them, each once. */
function legislationOf({ agreements }: CatalogueState, { base }: Publication): Legislation {
  const laws = new Map(
    agreements.map(({ legalBasis }) => [legalBasis, lawOf(legalBasis, base)] as const),
  )
  return {
    all: () => [...laws.values()],
    of(provider, dataClass) {
      const own = agreements.filter(
        (one) => one.provider === provider && one.dataClasses.includes(dataClass),
      )
      const named = new Set(own.map(({ legalBasis }) => legalBasis))
      return [...named].flatMap((legalBasis) => laws.get(legalBasis) ?? [])
    },
  }
}

function lawOf(legalBasis: string, base: string): Description {
  const digest = createHash('sha256').update(legalBasis).digest('hex').slice(0, 16)
  const title: Value = { nb: legalBasis, en: legalBasis }
  return {
    iri: `${base}/catalogue/legislation/${digest}`,
    types: ['eli:LegalResource'],
    properties: { 'dct:title': title },
  }
}

const agentOf = ({ number, name }: Pick<OrganizationEntry, 'number' | 'name'>): Description => ({
  iri: registered(number),
  types: ['foaf:Agent'],
  properties: { 'foaf:name': { text: name }, 'dct:identifier': { text: number } },
})

const contactIri = (base: string): string => `${base}/catalogue/contact`

function contactOf({ base, publisher, contact }: Publication): Description {
  const address = contact.startsWith('mailto:') ? 'vcard:hasEmail' : 'vcard:hasURL'
  return {
    iri: contactIri(base),
    types: ['vcard:Organization'],
    properties: { 'vcard:fn': { text: publisher.name }, [address]: iri(contact) },
  }
}
