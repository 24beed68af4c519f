import { describe, expect, it } from '@jest/globals'
import { sharingSdl } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import { buildASTSchema, type GraphQLObjectType, parse } from 'graphql'
import { dataOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'

const { identifier } = patients.copd
const { municipality, hospital } = organizations

export function features(network: () => WatchedNetwork): void {
  const ask = async (query: string, variables: object = {}): Promise<unknown> =>
    dataOf(await network().ask('nurse', query, { identifier, ...variables }))

  describe('GraphQL through the whole stack', () => {
    it('answers introspection to whoever is signed in', async () => {
      const data = await ask(
        '{ __schema { queryType { name } } __type(name: "Patient") { fields { name } } }',
      )
      expect(data).toEqual({
        __schema: { queryType: { name: 'Query' } },
        __type: {
          fields: fieldsOfPatient().map((name) => ({ name })),
        },
      })
    })

    it('answers __typename at every level', async () => {
      const query = `query ($identifier: PatientIdentifier!) {
        __typename
        patient(identifier: $identifier) {
          __typename
          observations(first: 1) {
            __typename
            pageInfo { __typename }
            edges { __typename node { __typename code { __typename } provenance { __typename source { __typename } } } }
            sources { __typename organization { __typename } }
          }
        }
      }`
      const organization = { __typename: 'Organization' }
      expect(await ask(query)).toEqual({
        __typename: 'Query',
        patient: {
          __typename: 'Patient',
          observations: {
            __typename: 'ObservationConnection',
            pageInfo: { __typename: 'PageInfo' },
            edges: [
              {
                __typename: 'ObservationEdge',
                node: {
                  __typename: 'Observation',
                  code: { __typename: 'CodeableConcept' },
                  provenance: [{ __typename: 'Provenance', source: organization }],
                },
              },
            ],
            sources: Array(6).fill({ __typename: 'SourceReport', organization }),
          },
        },
      })
    })

    it('keeps apart the same list under two aliases with other arguments, and the same field under two names', async () => {
      const query = `query ($identifier: PatientIdentifier!, $own: [OrganizationNumber!]) {
        someone: patient(identifier: $identifier) {
          newest: observations(first: 1) { nodes { id same: id } }
          oldest: observations(first: 1, order: OLDEST_FIRST) { nodes { id } }
          own: observations(filter: { sources: $own }) { nodes { provenance { from: source { number called: name } } } complete }
        }
      }`
      const data = (await ask(query, { own: [municipality.number] })) as {
        someone: Record<'newest' | 'oldest' | 'own', { nodes: { id: string; same?: string }[] }>
      }
      const { newest, oldest, own } = data.someone
      expect(newest.nodes[0]?.id).toBe(newest.nodes[0]?.same)
      expect(newest.nodes[0]?.id).not.toBe(oldest.nodes[0]?.id)
      const from = { number: municipality.number, called: municipality.name }
      expect(own).toEqual({ nodes: Array(4).fill({ provenance: [{ from }] }), complete: false })
    })

    it('follows fragments, named and inline, one within the other', async () => {
      const query = `query ($identifier: PatientIdentifier!) {
        patient(identifier: $identifier) { ...Lists }
      }
      fragment Lists on Patient { observations(first: 2) { ... on ObservationConnection { nodes { ...Row } ...Gaps } } }
      fragment Row on Observation { valueText ... { status } }
      fragment Gaps on ObservationConnection { complete completeness { asked } }`
      const row = { valueText: expect.any(String), status: 'FINAL' }
      expect(await ask(query)).toEqual({
        patient: {
          observations: { nodes: [row, row], complete: true, completeness: { asked: 6 } },
        },
      })
    })

    it.each([true, false])('obeys @skip and @include with variables: %s', async (shown) => {
      const query = `query ($identifier: PatientIdentifier!, $shown: Boolean!) {
        patient(identifier: $identifier) {
          observations(first: 1) {
            nodes { status kind @include(if: $shown) ... @skip(if: $shown) { version } }
            totalCount @include(if: $shown) { precision }
          }
        }
      }`
      const expected = shown
        ? { nodes: [{ status: 'FINAL', kind: expect.any(String) }], totalCount: expect.anything() }
        : { nodes: [{ status: 'FINAL', version: 1 }] }
      expect(await ask(query, { shown })).toEqual({ patient: { observations: expected } })
    })

    it('leaves out a whole patient who is skipped, and asks nobody', async () => {
      const query = `query ($identifier: PatientIdentifier!) {
        __typename
        patient(identifier: $identifier) @skip(if: true) { observations { complete } }
      }`
      expect(await ask(query)).toEqual({ __typename: 'Query' })
    })

    it('gives a patient the same handle each time, and never the number', async () => {
      const query =
        'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { id } }'
      const bare = (await ask(query)) as { patient: { id: string } }
      const token = `urn:oid:2.16.578.1.12.4.1.4.1|${identifier}`
      expect(await ask(query, { identifier: token })).toEqual(bare)
      const other = await network().ask('gp', query, { identifier })
      expect(dataOf<typeof bare>(other).patient.id).not.toBe(bare.patient.id)
    })

    it('answers about organisations from the registry, beside a patient', async () => {
      const query = `query ($identifier: PatientIdentifier!, $hospital: OrganizationNumber!, $nobody: OrganizationNumber!) {
        organization(number: $hospital) { number name kind state dataClasses parent { name } successor { name } }
        nobody: organization(number: $nobody) { name }
        patient(identifier: $identifier) { observations(first: 1) { sources { organization { kind } } } }
      }`
      const variables = { hospital: hospital.number, nobody: '999999999' }
      expect(await ask(query, variables)).toEqual({
        organization: {
          number: hospital.number,
          name: hospital.name,
          kind: 'HOSPITAL',
          state: 'ACTIVE',
          dataClasses: expect.arrayContaining(['Observation', 'CarePlan', 'DetectedIssue']),
          parent: null,
          successor: null,
        },
        nobody: null,
        patient: {
          observations: {
            sources: ['MUNICIPALITY', 'HOSPITAL', 'GP', 'MUNICIPALITY', 'PRIVATE', 'PRIVATE'].map(
              (kind) => ({ organization: { kind } }),
            ),
          },
        },
      })
    })

    it('lists all organisations and sub-units by number', async () => {
      const data = (await ask('{ organizations { number name parent { number } } }')) as {
        organizations: { number: string; name: string; parent: { number: string } | null }[]
      }
      const numbers = data.organizations.map(({ number }) => number)
      expect(numbers).toEqual(numbers.toSorted((a, b) => a.localeCompare(b)))
      // Six legal entities, a sub-unit each, the hospital's acute ward, and who operates the gateway.
      expect(numbers).toHaveLength(6 + 6 + 1 + 1)
      expect(data.organizations).toContainEqual({
        number: hospital.pointOfCare,
        name: hospital.pointOfCareName,
        parent: { number: hospital.number },
      })
    })
  })
}

/** As the contract has them, in its order. */
function fieldsOfPatient(): readonly string[] {
  const schema = buildASTSchema(parse(sharingSdl), { assumeValidSDL: true })
  return Object.keys((schema.getType('Patient') as GraphQLObjectType).getFields())
}
