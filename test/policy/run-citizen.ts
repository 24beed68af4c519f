import { patients } from '@kilde/people'
import type { PrivacyView } from '@kilde/privacy'
import type { Citizen } from '@kilde/trust'
import { PROVIDER } from './axes.js'
import type { CitizenCell } from './cells.js'
import { classes } from './classes.js'
import { digestOf, judge, nowMs, outcomeOf, registry, token } from './node-under-test.js'

const OTHER = patients.diabetes.identifier
const state = registry()

/** What the product decides on a cell about citizens. */
export async function runCitizen(cell: CitizenCell): Promise<string> {
  const { citizen, label, dataClass } = cell
  const verdict = await judge({
    caller: callerOf(citizen),
    ...{ dataClass, state, view: viewOf(cell), glass: { firstStep: false, over: false } },
  })
  // The access log has no labelled rows; its own rules hold there.
  const labelled = classes.some(({ name }) => name === dataClass)
  return outcomeOf(verdict, dataClass, {
    ...{ owner: PROVIDER, codes: [], item: undefined, atMs: undefined },
    labels: labelled ? label.labels : [],
    openFromMs: label.openFrom === undefined ? undefined : Date.parse(label.openFrom),
  })
}

function callerOf(citizen: CitizenCell['citizen']): Citizen {
  const own = citizen.purpose === 'PATRQT'
  return {
    ...token,
    kind: 'citizen',
    pid: 'self' in citizen ? patients.copd.identifier : OTHER,
    purpose: citizen.purpose,
    ...(!own && { onBehalfOf: patients.copd.identifier }),
  }
}

function viewOf({ citizen, age, address }: CitizenCell): PrivacyView {
  const validity = {
    from: '2020-01-01T00:00:00Z',
    ...('ended' in citizen && { until: '2026-11-22T11:59:59Z' }),
  }
  const representation = {
    id: '00000000-0000-4000-8000-000000000001',
    representative: digestOf(OTHER),
    ...('classes' in citizen && { classes: citizen.classes }),
    ...('representative' in address && { addressConfidential: true }),
    validity,
  }
  return {
    ...{ asOfMs: nowMs, blocks: [], consents: [], reservations: [] },
    representation: 'kind' in citizen ? [{ ...representation, kind: citizen.kind }] : [],
    ...('birthDate' in age && {
      person: { birthDate: age.birthDate, addressConfidential: 'patient' in address },
    }),
  }
}
