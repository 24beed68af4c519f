import { expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { parse, print } from 'graphql'
import { createPatientJoins } from '../../src/apollo/patient-entities.js'
import { PatientHandles } from '../../src/patient-handles.js'

const handles = new PatientHandles(new Uint8Array(32).fill(7))
const patient = parsePatientIdentifier('08825133489')
const other = parsePatientIdentifier('15886220593')
const subject = 'anna'

const source = `
  query Q($who: PatientIdentifier!, $skip: [OrganizationNumber!], $first: Int) {
    ...Rest
    organizations { number }
  }
  fragment Rest on Query {
    somebody: patient(identifier: $who, excludeSources: $skip, completion: ALL_OR_ERROR) {
      blocks { patient { observations(first: $first) { complete } } }
    }
  }
`
const request = (
  variables: Readonly<Record<string, unknown>> = { who: '08825133489', first: 2 },
) => ({
  operation: { source, document: parse(source), name: undefined, variables },
  patient,
  requester: { subject },
})

const query =
  'query($representations:[_Any!]!,$first:Int){_entities(representations:$representations){...on Patient{observations(first:$first){complete}}}}'
const reference = (to = patient, by = subject) => ({
  __typename: 'Patient',
  id: handles.write(to, by),
})
const fetchOf = (...representations: readonly unknown[]) => ({
  query,
  variables: { representations, first: 2 },
})

const join = createPatientJoins(handles)
const flat = (text: string) => print(parse(text))

it('makes of a join the fetch of the one patient, as the request speaks of that patient', () => {
  const made = join(fetchOf(reference()), request({ who: '08825133489', skip: ['310000108'] }))
  expect(flat(made?.query ?? '')).toBe(
    flat(`
      query ($first: Int, $kilde_patient_who: PatientIdentifier!, $kilde_patient_skip: [OrganizationNumber!]) {
        patient(identifier: $kilde_patient_who, excludeSources: $kilde_patient_skip, completion: ALL_OR_ERROR) {
          ... on Patient { observations(first: $first) { complete } }
        }
      }
    `),
  )
  expect(made?.variables).toEqual({
    first: 2,
    kilde_patient_who: '08825133489',
    kilde_patient_skip: ['310000108'],
  })
})

it('gives each place an answer of its own, and its errors', () => {
  const made = join(fetchOf(reference(), reference()), request())
  const answer = made?.spread({
    data: { patient: { observations: { complete: true } } },
    errors: [{ message: 'm', path: ['patient', 'observations'] }, { message: 'n' }],
  })
  const [first, second] = answer?.data._entities ?? []
  expect(first).toEqual({ observations: { complete: true } })
  expect(second).toEqual(first)
  expect(second).not.toBe(first)
  expect(answer?.errors).toEqual([
    { message: 'm', path: ['_entities', 0, 'observations'] },
    { message: 'm', path: ['_entities', 1, 'observations'] },
    { message: 'n' },
    { message: 'n' },
  ])
})

it('answers a patient who could not be answered with nothing, in each place', () => {
  const made = join(fetchOf(reference(), reference()), request())
  const errors = [{ message: 'm', path: ['patient'] }]
  expect(made?.spread({ data: { patient: null }, errors })).toEqual({
    data: { _entities: [null, null] },
    errors: [
      { message: 'm', path: ['_entities', 0] },
      { message: 'm', path: ['_entities', 1] },
    ],
  })
})

it.each([
  ['of another patient', [reference(), reference(other)]],
  ['that another requester got', [reference(patient, 'bernt')]],
  ['that nobody made', [{ __typename: 'Patient', id: 'x' }]],
  ['without a handle', [{ __typename: 'Patient' }]],
  ['that is the number itself', [{ __typename: 'Patient', id: '08825133489' }]],
])('refuses a reference %s', (_name, representations) => {
  const refused = {
    code: 'ONE_PATIENT_ONLY',
    message: expect.stringContaining('does not ask about'),
  }
  expect(() => join(fetchOf(...representations), request())).toThrow(
    expect.objectContaining(refused),
  )
})

it('refuses a reference where the request is about nobody', () => {
  expect(() => join(fetchOf(reference()), { ...request(), patient: undefined })).toThrow(
    expect.objectContaining({ code: 'ONE_PATIENT_ONLY' }),
  )
})
