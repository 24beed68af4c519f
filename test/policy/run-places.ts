import { patients } from '@kilde/people'
import type { PrivacyView } from '@kilde/privacy'
import type { Citizen, Professional } from '@kilde/trust'
import { PROVIDER } from './axes.js'
import type { PlaceCell } from './cells.js'
import { digestOf, judge, nowMs, registry, token } from './node-under-test.js'

const OTHER = patients.diabetes.identifier
const state = registry()

/** What the product tells of places on a cell. */
export async function runPlaces({ asker, baseData, dataClass }: PlaceCell): Promise<string> {
  const verdict = await judge({
    caller: callerOf(asker.purpose),
    ...{ dataClass, state, view: viewOf(baseData), glass: { firstStep: true, over: false } },
  })
  if (!verdict.permitted) return `REFUSED ${verdict.reason}`
  const opening = verdict.openings.get(dataClass)
  if (!opening) return 'NO OPENING'
  const { withoutPlaces, leftOut } = opening
  const left = leftOut.length > 0 ? ` and ${leftOut.join(' ')}` : ''
  return withoutPlaces ? `SHOWN without places${left}` : `SHOWN with places${left}`
}

function callerOf(purpose: PlaceCell['asker']['purpose']): Professional | Citizen {
  if (purpose === 'PATRQT' || purpose === 'PWATRNY') {
    const own = patients.copd.identifier
    const whose = purpose === 'PATRQT' ? { pid: own } : { pid: OTHER, onBehalfOf: own }
    return { ...token, kind: 'citizen', purpose, ...whose }
  }
  return {
    ...{ ...token, kind: 'professional', pid: '12837531282', hprNumber: '9990003' },
    ...{ organization: PROVIDER, purpose },
    attest: {
      ...{ id: 'attest', attestedAtMs: nowMs, legalEntity: PROVIDER, pointOfCare: PROVIDER },
      ...{ purpose, authorization: 'LE' },
      decisionRef: { id: 'd', userSelected: true, description: 'Bevisstløs' },
    },
  }
}

function viewOf(known: PlaceCell['baseData']): PrivacyView | 'UNKNOWN' {
  if ('unknown' in known) return 'UNKNOWN'
  return {
    ...{ asOfMs: nowMs, blocks: [], consents: [], reservations: [] },
    representation: [
      {
        ...{ id: '00000000-0000-4000-8000-000000000001', kind: 'POWER_OF_ATTORNEY' },
        ...{ representative: digestOf(OTHER), validity: { from: '2020-01-01T00:00:00Z' } },
      },
    ],
    ...('person' in known && { person: known.person }),
  }
}
