import type { Agreement } from '@kilde/catalogue'
import { organizations } from '@kilde/people'
import type { Block, PrivacyView } from '@kilde/privacy'
import type { Professional } from '@kilde/trust'
import { PROVIDER, type Row, type Settings, type Statement } from './axes.js'
import type { ClassCell, ProfessionalCell } from './cells.js'
import { type Held, judge, nowMs, outcomeOf, registry, token } from './node-under-test.js'

/** What the product decides on a cell about personnel. */
export async function runProfessional(cell: ProfessionalCell | ClassCell): Promise<string> {
  const { relation, purpose, row } = cell
  const verdict = await judge({
    caller: callerOf(cell),
    dataClass: row.dataClass,
    state: stateOf(relation),
    view: viewOf(cell.settings, cell.age.birthDate),
    glass: {
      firstStep: 'firstStep' in purpose && purpose.firstStep,
      over: 'over' in purpose && purpose.over,
    },
  })
  return outcomeOf(verdict, row.dataClass, heldOf(row))
}

function callerOf({ requester, relation, purpose }: ProfessionalCell | ClassCell): Professional {
  const { organization } = relation
  const reason = 'reason' in purpose && purpose.reason
  return {
    ...token,
    kind: 'professional',
    pid: '12837531282',
    organization,
    purpose: purpose.purpose,
    ...('hprNumber' in requester && { hprNumber: requester.hprNumber }),
    ...('supplier' in relation && { supplier: relation.supplier }),
    attest: {
      id: 'attest',
      attestedAtMs: nowMs,
      legalEntity: organization,
      pointOfCare: organization,
      purpose: purpose.purpose,
      ...('role' in requester && { authorization: requester.role }),
      decisionRef: { id: 'd', userSelected: reason, ...(reason && { description: 'Bevisstløs' }) },
    },
  }
}

type Relation = (ProfessionalCell | ClassCell)['relation']

function stateOf(relation: Relation) {
  const state = registry({ agreements: 'agreement' in relation ? [agreementOf(relation)] : [] })
  if (!('delegated' in relation)) return state
  const suppliers = [{ organization: relation.supplier, validFrom: '2026-01-01' }]
  return {
    ...state,
    organizations: state.organizations.map((one) =>
      one.number === relation.organization ? { ...one, suppliers } : one,
    ),
  }
}

type Agreeing = Extract<Relation, { readonly agreement: object }>

function agreementOf({ organization, agreement }: Agreeing): Agreement {
  const clinician = { hprNumber: '9990003', name: 'Henrik Lungelege' }
  return {
    ...{ id: 'a', consumer: organization, provider: PROVIDER },
    dataClasses: agreement.dataClasses,
    purposes: agreement.purposes,
    ...('roles' in agreement && { roles: agreement.roles }),
    ...('assistants' in agreement && {
      assistants: { dataClasses: agreement.assistants, clinician },
    }),
    ...{ legalBasis: 'helsepersonelloven § 45', riskAssessment: 'ROS-1', validFrom: '2024-01-01' },
  }
}

const ID = '00000000-0000-4000-8000-00000000000'
const from = '2020-01-01T00:00:00Z'

function viewOf(settings: Settings, birthDate: string): PrivacyView | 'UNKNOWN' {
  if (settings.unknown) return 'UNKNOWN'
  return {
    asOfMs: nowMs,
    blocks: (settings.blocks ?? []).map(statementOf),
    consents: (settings.consents ?? []).map(statementOf),
    reservations: settings.reserved ? [{ id: `${ID}9`, validity: { from } }] : [],
    representation: [],
    person: { birthDate, addressConfidential: false },
  }
}

function statementOf(
  { data = {}, recipient = {}, validity = { from } }: Statement,
  index: number,
): Block {
  return { id: `${ID}${index}`, data, recipient, validity }
}

function heldOf({ owner, codes, item, effective }: Row): Held {
  return {
    owner: owner ?? organizations.municipality.number,
    codes: codes ?? [],
    item,
    atMs: effective === undefined ? undefined : Date.parse(effective),
    labels: [],
    openFromMs: undefined,
  }
}
