import type { AuditRecord } from '@kilde/audit'

/** The n-th of several reads by a patient, as a log holds it; every other one on the same decision. */
export const aRead = (n: number): AuditRecord => ({
  event: 'PATIENT_DATA_READ',
  at: `2026-03-14T07:3${n % 10}:00.000Z`,
  requestId: `r${n}`,
  requester: { kind: 'citizen', pid: '08825133489', clientId: 'kilde-cli' },
  patient: 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489',
  purpose: 'PATRQT',
  decisionRef: { id: `d${n % 2}`, userSelected: false },
  classes: ['Observation'],
  outcome: 'SUCCESS',
})
