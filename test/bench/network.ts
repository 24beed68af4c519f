import type { CatalogueContent } from '@kilde/catalogue'
import { contractVersion } from '@kilde/contract'
import { organizations } from '@kilde/people'
import type { Target } from './protocol.js'

/** Who asks: its own node is always among the sources. */
const consumer = organizations.hospital.number
const WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2]
const FROM = '2024-01-01'

/** Organisation numbers for so many sources: the requester's own first, then made-up ones with right check digits. */
export function organizationNumbers(count: number): readonly string[] {
  const numbers: string[] = [consumer]
  for (let body = 31_100_000; numbers.length < count; body += 1) {
    const digit = checkDigit(String(body))
    if (digit < 10) numbers.push(`${body}${digit}`)
  }
  return numbers
}

function checkDigit(body: string): number {
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(body[place]), 0)
  return (11 - (sum % 11)) % 11
}

/** Addresses of the first so many nodes; their paths say what they hold. */
export function targetsOf(
  numbers: readonly string[],
  origins: readonly string[],
  { sources, rowsPerSource, padding }: Record<'sources' | 'rowsPerSource' | 'padding', number>,
): readonly Target[] {
  return origins.slice(0, sources).map((origin, index) => ({
    number: numbers[index] ?? '',
    origin,
    path: `/${rowsPerSource}/${padding}/graphql`,
  }))
}

/** A registry in which the requester's organisation may ask all of them. */
export function contentOf(targets: readonly Target[]): CatalogueContent {
  return {
    organizations: targets.map(({ number, origin, path }) => ({
      number,
      name: `Organisation ${number}`,
      kind: 'OTHER' as const,
      endpoint: `${origin}${path.replace(/\/graphql$/, '')}`,
      dataClasses: ['Observation'],
      contractVersion,
      state: 'ACTIVE' as const,
      servesCitizens: true,
    })),
    agreements: targets.slice(1).map(({ number }) => ({
      id: `${consumer}-${number}`,
      consumer,
      provider: number,
      dataClasses: ['Observation'],
      purposes: ['TREAT'],
      legalBasis: 'helsepersonelloven § 45',
      riskAssessment: 'ROS 1.0',
      validFrom: FROM,
    })),
    memberships: targets.map(({ number }) => ({
      organization: number,
      acceptedTerms: [{ version: '1.0', date: FROM }],
      validFrom: FROM,
    })),
  }
}
