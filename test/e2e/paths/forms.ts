import type { GraphqlRequest } from '@kilde/demo/test-network'
import { patients } from '@kilde/people'
import type { ProtectedField } from './fields.js'

const { identifier } = patients.copd
/** What is told of the answer beside its content: the decision of each organisation. */
const REPORT = 'whole: complete sources { organization { number } status reason withheld }'
const ROOT = 'patient(identifier: $identifier)'
const DECLARED = '$identifier: PatientIdentifier!'

const request = (query: string, variables: object = {}): GraphqlRequest => ({
  query,
  variables: { identifier, ...variables },
})
/** A selection of the patient, with fragments after it. */
const ofPatient = (selection: string, fragments = ''): GraphqlRequest =>
  request(`query (${DECLARED}) { ${ROOT} { ${selection} } } ${fragments}`)

const below = ({ told }: ProtectedField): string => `${told} ${REPORT}`
const whole = (field: ProtectedField): string => `${field.call} { ${below(field)} }`
const other = ({ call }: ProtectedField): string => (call === 'name' ? 'observations' : 'name')

type Form = (field: ProtectedField) => GraphqlRequest

/** A question for one field. */
export const plain: Form = (field) => ofPatient(whole(field))

/** The same question in other words (peers.md A10): each must be decided as the first is. */
export const forms: Readonly<Record<string, Form>> = {
  'an alias': (field) => ofPatient(`other: ${whole(field)}`),
  'another field’s name as alias': (field) => ofPatient(`${other(field)}: ${whole(field)}`),
  'a name of every object as alias': (field) => ofPatient(`constructor: ${whole(field)}`),
  'an alias of the patient': (field) =>
    request(`query (${DECLARED}) { organization: ${ROOT} { ${whole(field)} } }`),
  'an inline fragment': (field) => ofPatient(`... on Patient { ${whole(field)} }`),
  'an inline fragment without a type': (field) => ofPatient(`... { ${whole(field)} }`),
  'inline fragments in each other': (field) =>
    ofPatient(`... { ... on Patient { ... { ${whole(field)} } } }`),
  'an inline fragment below': (field) =>
    ofPatient(`${field.call} { ... on ${field.type} { ${below(field)} } }`),
  'a fragment': (field) => ofPatient('...F', `fragment F on Patient { ${whole(field)} }`),
  'a fragment in a fragment': (field) =>
    ofPatient('...F', `fragment F on Patient { ...G } fragment G on Patient { ${whole(field)} }`),
  'a fragment below': (field) =>
    ofPatient(`${field.call} { ...F }`, `fragment F on ${field.type} { ${below(field)} }`),
  'a fragment twice': (field) =>
    ofPatient('...F ... { ...F }', `fragment F on Patient { ${whole(field)} }`),
  'a fragment of the query': (field) =>
    request(`query (${DECLARED}) { ...Q } fragment Q on Query { ${ROOT} { ${whole(field)} } }`),
  'selections that become one': (field) =>
    ofPatient(`${field.call} { ${REPORT} } ... { ${field.call} { ${field.told} } }`),
  'two aliases': (field) => ofPatient(`a: ${whole(field)} b: ${whole(field)}`),
  '@include': (field) => ofPatient(`${field.call} @include(if: true) { ${below(field)} }`),
  '@skip by a variable': (field) =>
    request(
      `query (${DECLARED}, $no: Boolean!) { ${ROOT} { ${field.call} @skip(if: $no) { ${below(field)} } } }`,
      { no: false },
    ),
  '@include on a fragment': (field) =>
    request(
      `query (${DECLARED}, $yes: Boolean! = true) { ${ROOT} { ...F @include(if: $yes) } } fragment F on Patient { ${whole(field)} }`,
    ),
  'one that is left out beside one that is not': (field) =>
    ofPatient(`${field.call} @skip(if: true) { ${below(field)} } ... { ${whole(field)} }`),
  'both directives': (field) =>
    ofPatient(`... @include(if: true) @skip(if: false) { ${whole(field)} }`),
  'arguments from variables': (field) => {
    const { call, declarations, variables } = field.withVariables
    return request(
      `query (${DECLARED}, ${declarations}) { ${ROOT} { ${call} { ${below(field)} } } }`,
      variables,
    )
  },
  'the patient by a variable of another name': (field) => ({
    query: `query ($p: PatientIdentifier!) { patient(identifier: $p) { ${whole(field)} } }`,
    variables: { p: `urn:oid:2.16.578.1.12.4.1.4.1|${identifier}` },
  }),
  'arguments of the patient': (field) =>
    request(
      `query (${DECLARED}, $c: CompletionPolicy) { patient(completion: $c, excludeSources: ["310000302"], identifier: $identifier) { ${whole(field)} } }`,
      { c: 'BEST_EFFORT' },
    ),
  'one operation of several': (field) => ({
    ...request(
      `query Other { organizations { name } } query Asked(${DECLARED}) { ${ROOT} { ${whole(field)} } }`,
    ),
    operationName: 'Asked',
  }),
  'odd white space': (field) =>
    request(
      `\uFEFF#x\r\nquery,,Q\t(${DECLARED},)#,\n{${ROOT.replace('(', '\t(\n,')}{,${whole(field)},}}#`,
    ),
  'names of types beside it': (field) =>
    request(
      `query (${DECLARED}) { __typename ${ROOT} { __typename ${field.call} { __typename ${below(field)} } } }`,
    ),
  'the schema beside it': (field) =>
    request(`query (${DECLARED}) { ${ROOT} { ${whole(field)} } __type(name: "Patient") { name } }`),
  'another graph beside it': (field) =>
    request(`query (${DECLARED}) { organizations { name } ${ROOT} { ${whole(field)} } }`),
  'another graph below it': (field) =>
    ofPatient(
      `${field.call} { ${below(field)} } ... { ${field.call} { sources { organization { name parent { number } } } } }`,
    ),
  'a field of another graph beside it': (field) => ofPatient(`note ${whole(field)}`),
  'a reference from another graph': (field) => ofPatient(`doors { patient { ${whole(field)} } }`),
  'an interface': (field) => ofPatient(`ways { patient { ${whole(field)} } }`),
  'an interface, by one of its types': (field) =>
    ofPatient(`ways { ... on Window { patient { ${whole(field)} } } }`),
  'an interface that patients have': (field) =>
    ofPatient(`self { ... on Patient { ${whole(field)} } }`),
  'a union': (field) =>
    ofPatient(`found { __typename ... on Door { patient { ${whole(field)} } } }`),
  'a union with patients in it': (field) =>
    ofPatient('found { ...F }', `fragment F on Patient { ${whole(field)} }`),
  'a reference by two ways': (field) =>
    ofPatient(`doors { patient { doors { patient { ${whole(field)} } } } }`),
}

/** What would be a way around `Query.patient`, if there were such a field. */
export const noWays: Readonly<
  Record<string, (field: ProtectedField, id: string) => GraphqlRequest>
> = {
  'node(id)': (field, id) =>
    request(`query ($id: ID!) { node(id: $id) { ... on Patient { ${whole(field)} } } }`, { id }),
  _entities: (field, id) =>
    request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient { ${whole(field)} } } }`,
      {
        r: [{ __typename: 'Patient', id }],
      },
    ),
  'a field for the gateway alone': () =>
    ofPatient('latestObservations(codes: []) { items { edges { cursor } } }'),
  'two patients, though they become one': (field) =>
    request(
      `query (${DECLARED}) { ${ROOT} { ${field.call} { ${REPORT} } } ${ROOT} { ${field.call} { ${field.told} } } }`,
    ),
  'a subscription': (field) =>
    request(`subscription (${DECLARED}) { ${ROOT} { ${whole(field)} } }`),
  'a mutation': (field) => request(`mutation (${DECLARED}) { ${ROOT} { ${whole(field)} } }`),
  'a directive of the contract': (field) =>
    ofPatient(`${field.call} @inaccessible { ${below(field)} }`),
  '@defer': (field) => ofPatient(`... @defer { ${whole(field)} }`),
}
