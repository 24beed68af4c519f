import { organizations } from '@kilde/people'
import type { Professional } from '@kilde/trust'

const { hospital } = organizations

/** Organisation of everybody who asks in the benchmark. */
export const consumer = hospital.number

/** Who asks where nobody is authenticated. */
export const requester: Professional = {
  kind: 'professional',
  subject: 'benchmark',
  clientId: 'kilde-cli',
  scopes: ['kilde:gateway/read'],
  jkt: '',
  tokenHash: 'benchmark',
  expiresAtMs: Number.POSITIVE_INFINITY,
  pid: '23867934111',
  securityLevel: 4,
  purpose: 'TREAT',
  organization: consumer,
  attest: {
    id: 'attest',
    attestedAtMs: 0,
    legalEntity: hospital.number,
    pointOfCare: hospital.pointOfCare,
    purpose: 'TREAT',
    decisionRef: { id: 'benchmark', userSelected: false },
  },
}
