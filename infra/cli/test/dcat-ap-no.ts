import { Parser, Store, type Term } from 'n3'

// Rules of DCAT-AP-NO 3 (https://data.norge.no/specification/dcat-ap-no), as far as the catalogue uses the profile: what each
// class must have («obligatorisk»), how often, and of what form. The profile's own SHACL says the same.

type Form = 'IRI' | 'LITERAL' | 'WORDS'

interface Rule {
  readonly property: string
  readonly form: Form
  readonly least?: number
  readonly most?: number
  readonly oneOf?: readonly string[]
  /** Of which class what it points to must be. */
  readonly ofClass?: string
}

const dcat = (name: string) => `http://www.w3.org/ns/dcat#${name}`
const dcatap = (name: string) => `http://data.europa.eu/r5r/${name}`
const dct = (name: string) => `http://purl.org/dc/terms/${name}`
const foaf = (name: string) => `http://xmlns.com/foaf/0.1/${name}`
const vcard = (name: string) => `http://www.w3.org/2006/vcard/ns#${name}`
const adms = (name: string) => `http://www.w3.org/ns/adms#${name}`
const legalResource = 'http://data.europa.eu/eli/ontology#LegalResource'
const type = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
const rights = ['NON_PUBLIC', 'PUBLIC', 'RESTRICTED'].map(
  (code) => `http://publications.europa.eu/resource/authority/access-right/${code}`,
)
const themes = 'AGRI ECON EDUC ENER ENVI GOVE HEAL INTR JUST REGI SOCI TECH TRAN OP_DATPRO'.split(
  ' ',
)
const dataThemes = themes.map(
  (code) => `http://publications.europa.eu/resource/authority/data-theme/${code}`,
)

const title: Rule = { property: dct('title'), form: 'WORDS', least: 1 }
const common: readonly Rule[] = [
  title,
  { property: dct('publisher'), form: 'IRI', least: 1, most: 1, ofClass: foaf('Agent') },
  { property: dcat('contactPoint'), form: 'IRI', least: 1, ofClass: vcard('Organization') },
  { property: dct('language'), form: 'IRI' },
  { property: dct('spatial'), form: 'IRI' },
  { property: dct('identifier'), form: 'LITERAL' },
  { property: dcat('keyword'), form: 'WORDS' },
  { property: dct('conformsTo'), form: 'IRI' },
  { property: dct('accessRights'), form: 'IRI', most: 1, oneOf: rights },
]
const description: Rule = { property: dct('description'), form: 'WORDS', least: 1 }
const legislation: Rule = {
  ...{ property: dcatap('applicableLegislation'), form: 'IRI', ofClass: legalResource },
}
const theme: Rule = { property: dcat('theme'), form: 'IRI', oneOf: dataThemes }

const rules: Readonly<Record<string, readonly Rule[]>> = {
  [dcat('Catalog')]: [
    ...common,
    description,
    { property: dcat('service'), form: 'IRI', ofClass: dcat('DataService') },
    { property: dcat('dataset'), form: 'IRI', ofClass: dcat('Dataset') },
  ],
  [dcat('DataService')]: [
    ...common,
    { ...description, least: 0 },
    theme,
    { property: dcat('endpointURL'), form: 'IRI', least: 1, most: 1 },
    { property: dcat('servesDataset'), form: 'IRI', ofClass: dcat('Dataset') },
    { property: dct('format'), form: 'IRI' },
    { property: adms('status'), form: 'IRI', most: 1 },
    { property: dcat('version'), form: 'LITERAL', most: 1 },
  ],
  [dcat('Dataset')]: [...common, description, { ...theme, least: 1 }, legislation],
  [foaf('Agent')]: [
    { property: foaf('name'), form: 'LITERAL', least: 1 },
    { property: dct('identifier'), form: 'LITERAL', most: 1 },
  ],
  [vcard('Organization')]: [
    { property: vcard('fn'), form: 'LITERAL', least: 1 },
    { property: vcard('hasEmail'), form: 'IRI' },
    { property: vcard('hasURL'), form: 'IRI' },
  ],
  [legalResource]: [{ property: dct('title'), form: 'WORDS' }],
}

export const readTurtle = (turtle: string): Store => new Store(new Parser().parse(turtle))

/** What does not hold in a catalogue, a line for each fault. Anything that no rule is about is one. */
export function faultsIn(store: Store): readonly string[] {
  return store.getSubjects(null, null, null).flatMap((subject) => {
    const types = store.getObjects(subject, type, null).map(({ value }) => value)
    const own = types.flatMap((name) => rules[name] ?? [])
    const faults = own.flatMap((rule) => broken(store, subject, rule))
    return [
      ...(types.some((name) => rules[name]) ? [] : ['is of no class of the profile']),
      ...strangers(store, subject, own),
      ...(types.includes(vcard('Organization')) ? withoutAddress(store, subject) : []),
      ...faults,
    ].map((fault) => `${subject.value}: ${fault}`)
  })
}

function strangers(store: Store, subject: Term, own: readonly Rule[]): readonly string[] {
  const known = new Set([type, ...own.map(({ property }) => property)])
  const said = store.getPredicates(subject, null, null).map(({ value }) => value)
  return said.filter((property) => !known.has(property)).map((property) => `says ${property}`)
}

function withoutAddress(store: Store, subject: Term): readonly string[] {
  const ways = [vcard('hasEmail'), vcard('hasURL')]
  const found = ways.some((way) => store.countQuads(subject, way, null, null) > 0)
  return found ? [] : ['has neither e-mail nor page']
}

function broken(store: Store, subject: Term, rule: Rule): readonly string[] {
  const { property, least = 0, most = Number.POSITIVE_INFINITY, oneOf, ofClass } = rule
  const values = store.getObjects(subject, property, null)
  const languages = values.flatMap((value) => ('language' in value ? [value.language] : []))
  return [
    ...(values.length < least || values.length > most ? [`${values.length} of ${property}`] : []),
    ...(rule.form === 'WORDS' &&
    property !== dcat('keyword') &&
    new Set(languages).size < values.length
      ? [`two of ${property} in one language`]
      : []),
    ...values.flatMap((value) => [
      ...(isOf(rule.form, value) ? [] : [`${property} is not of the form ${rule.form}`]),
      ...(oneOf && !oneOf.includes(value.value) ? [`${property} is ${value.value}`] : []),
      ...(ofClass && store.countQuads(value, type, ofClass, null) === 0
        ? [`${property} points to no ${ofClass}`]
        : []),
    ]),
  ]
}

function isOf(form: Form, value: Term): boolean {
  if (form === 'IRI') return value.termType === 'NamedNode' && URL.canParse(value.value)
  if (value.termType !== 'Literal') return false
  return form === 'LITERAL' || value.language !== ''
}
