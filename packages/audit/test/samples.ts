import type { AuditRecord, AuditRequester } from '../src/index.js'

const at = '2026-03-14T07:31:00.000Z'
const patient = 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489'
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'

const professional: AuditRequester = {
  kind: 'professional',
  pid: '04918825601',
  name: 'Siri Sykepleier',
  hprNumber: '9144897',
  authorization: 'SP',
  organization: '310000108',
  pointOfCare: '310000117',
  department: '705592',
  healthcareService: '15',
  supplier: '310000906',
  clientId: 'kilde-cli',
}
const citizen: AuditRequester = {
  kind: 'citizen',
  pid: '08825133489',
  name: 'Kari Nordmann',
  clientId: 'kilde-cli',
}
const system: AuditRequester = {
  kind: 'system',
  clientId: 'kilde-ingest',
  organization: '310000108',
}
const decisionRef = {
  id: 'nurse-1',
  description: 'Digital hjemmeoppfølging',
  userSelected: false,
  attestedAt: '2026-03-14T07:30:00.000Z',
}
const asked = { at, requestId: 'r1', trace, purpose: 'TREAT', classes: ['Observation'] }

/** One of each kind of access, by what it is called. */
export const samples: Readonly<Record<string, AuditRecord>> = {
  'a read at an organisation': {
    event: 'PATIENT_DATA_READ',
    ...asked,
    requester: professional,
    patient,
    purposeDetails: 'POLBESOK',
    decisionRef,
    legalBasis: 'helsepersonelloven § 45',
    fields: ['Observation.id', 'Observation.valueText'],
    items: ['310000108.1', '310000108.2'],
    rules: ['Observation/agreement', 'Observation/role: nurse'],
    outcome: 'SUCCESS',
  },
  'a read at the gateway, with a source missing': {
    event: 'PATIENT_DATA_READ',
    ...asked,
    requester: professional,
    patient,
    decisionRef,
    fields: ['Observation.id'],
    sources: [
      { organization: '310000108', status: 'OK', returned: 4 },
      { organization: '310000205', status: 'TIMED_OUT', reason: 'DEADLINE' },
    ],
    outcome: 'PARTIAL',
  },
  'a read of nothing, of a patient who is not known': {
    event: 'PATIENT_DATA_READ',
    ...asked,
    requester: { kind: 'system', clientId: 'kilde-gateway', organization: '310000108' },
    patientDigest: 'z3mL0yyYx0Zt4N4yBq0hQ4g0b3rXk5J4hJ8q0s1u2vE',
    items: [],
    rules: [],
    outcome: 'SUCCESS',
  },
  'a read that nobody answered': {
    event: 'PATIENT_DATA_READ',
    ...asked,
    requester: professional,
    patient,
    sources: [],
    outcome: 'FAILED',
    code: 'NO_SOURCE_ANSWERED',
  },
  'a blocked access': {
    event: 'PATIENT_DATA_REFUSED',
    ...asked,
    requester: {
      kind: 'professional',
      pid: '04918825601',
      organization: '310000108',
      pointOfCare: '310000117',
      clientId: 'kilde-gateway',
    },
    patientDigest: 'z3mL0yyYx0Zt4N4yBq0hQ4g0b3rXk5J4hJ8q0s1u2vE',
    decisionRef,
    fields: [],
    rules: ['Observation/block: organization'],
    outcome: 'REFUSED',
    code: 'BLOCKED',
  },
  'break-glass': {
    event: 'PATIENT_DATA_READ',
    ...asked,
    purpose: 'BTG',
    requester: professional,
    patient,
    decisionRef: { id: 'btg-1', description: 'Bevisstløs', userSelected: true },
    rules: ['Observation/break-glass', 'Observation/BLOCKS_UNKNOWN'],
    items: ['310000108.1'],
    outcome: 'SUCCESS',
  },
  'a citizen’s own': {
    event: 'PATIENT_DATA_READ',
    ...asked,
    purpose: 'PATRQT',
    requester: citizen,
    patient,
    outcome: 'SUCCESS',
  },
  'a parent’s': {
    event: 'PATIENT_DATA_READ',
    ...asked,
    purpose: 'FAMRQT',
    requester: citizen,
    patient: 'urn:oid:2.16.578.1.12.4.1.4.1|17855599120',
    outcome: 'SUCCESS',
  },
  'what a system wrote': {
    event: 'PATIENT_DATA_WRITTEN',
    at,
    requestId: 'r1',
    requester: system,
    patient,
    classes: ['Observation', 'Patient'],
    items: ['310000108.9'],
    outcome: 'SUCCESS',
  },
  'a request refused for its form': {
    event: 'REQUEST_REFUSED',
    at,
    requestId: 'r1',
    trace,
    requester: {
      kind: 'professional',
      pid: '44918825601',
      organization: '310000108',
      clientId: 'c',
    },
    outcome: 'REFUSED',
    code: 'ATTESTATION_HAS_EXPIRED',
  },
  'a machine refused': {
    event: 'REQUEST_REFUSED',
    at,
    requestId: 'r1',
    requester: { kind: 'system', clientId: 'c' },
    outcome: 'REFUSED',
    code: 'USER_REQUIRED',
  },
  'a gap': {
    event: 'AUDIT_RESUMED',
    at,
    since: '2026-03-14T07:30:59.000Z',
    rejected: 3,
  },
}
