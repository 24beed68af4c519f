import { type OrganizationKey, organizations, patients } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'

const FNR = 'urn:oid:2.16.578.1.12.4.1.4.1'
const D_NUMBER = 'urn:oid:2.16.578.1.12.4.1.4.2'

export const present = patients.copd.identifier
/** Synthetic, of the same date of birth. */
export const former = '48825131038'
/** Somebody else who was born on that day. */
export const stranger = '08825132180'
/** Of whom base data say falsely that the stranger's number was theirs. */
export const liedAbout = '08825132261'

const tokenOf = (number: string): string => `${number >= '4' ? D_NUMBER : FNR}|${number}`

const FOLLOWING = { KILDE_PERSON_NUMBERS: 'on' }

export interface FollowingNetwork extends WatchedNetwork {
  /** Whether base data take nobody's token for persons. */
  readonly baseData: { isOut: boolean }
}

/**
 * A municipality that has rows under the earlier number, and a hospital that has one under the present one. Base data are out at first.
 * @param persons what base data say: of each person the numbers, the present one first
 */
export async function startFollowing(
  persons: readonly (readonly string[])[],
): Promise<FollowingNetwork> {
  const baseData = { isOut: true }
  const network = await startNetwork({
    organizations: ['municipality', 'hospital'],
    alterToken: (claims) => ({
      ...claims,
      ...(baseData.isOut && claims['aud'] === 'kilde:persons' && { aud: 'kilde:nobody' }),
    }),
    settings: {
      identity: { KILDE_PERSONS: JSON.stringify(persons.map((one) => one.map(tokenOf))) },
      ...{ gateway: FOLLOWING, municipality: FOLLOWING, hospital: FOLLOWING },
    },
  })
  await load(network, 'municipality', former, [61, 62])
  await load(network, 'municipality', stranger, [99])
  await load(network, 'hospital', present, [71])
  return { ...network, baseData }
}

export async function load(
  network: WatchedNetwork,
  organization: OrganizationKey,
  number: string,
  pulses: readonly number[],
): Promise<void> {
  const { number: controller, name } = organizations[organization]
  const entry = pulses.map((pulse, index) => {
    const id = `pulse-${pulse}`
    return {
      resource: {
        ...{ resourceType: 'Observation' as const, id, status: 'final' as const },
        code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
        subject: { identifier: { system: tokenOf(number).split('|')[0], value: number } },
        effectiveDateTime: `2026-03-0${index + 1}T08:00:00+01:00`,
        performer: [
          {
            ...{ type: 'Organization', display: name },
            identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.101', value: controller },
          },
        ],
        valueQuantity: {
          ...{ value: pulse, unit: '/min', code: '/min' },
          system: 'http://unitsofmeasure.org',
        },
      },
      request: { method: 'PUT' as const, url: `Observation/${id}` },
    }
  })
  await network
    .loaderTo(organization)
    .load({ resourceType: 'Bundle', type: 'transaction', entry } as never)
}

export interface Pulses {
  readonly nodes: readonly { readonly valueText: string }[]
  readonly totalCount: { readonly value: number | null; readonly precision: string }
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly complete: boolean
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
    readonly reason: string | null
  }[]
}

const PULSES = `query ($identifier: PatientIdentifier!, $first: Int, $after: Cursor) {
  patient(identifier: $identifier) { observations(first: $first, after: $after) {
    nodes { valueText } totalCount { value precision } pageInfo { hasNextPage endCursor }
    complete sources { organization { number } status reason } } } }`

export async function pulsesOf(
  network: WatchedNetwork,
  number: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Pulses> {
  const answer = await network.ask('nurse', PULSES, { identifier: number, ...variables })
  return dataOf<{ patient: { observations: Pulses } }>(answer).patient.observations
}

export const valuesOf = ({ nodes }: Pulses): readonly string[] =>
  nodes.map(({ valueText }) => valueText.replace(' /min', '')).sort()

/** What the municipality says of itself. */
export function municipalityIn({ sources }: Pulses): string {
  const { number } = organizations.municipality
  const found = sources.find(({ organization }) => organization.number === number)
  return `${found?.status} ${found?.reason ?? ''}`.trim()
}
