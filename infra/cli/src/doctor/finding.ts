import { type HealthCode, healthCodes } from '@kilde/service'

/** What only who asks from outside finds; health pages have the rest. docs/runbook.md has a section for each. */
export const doctorCodes = {
  AUDIT_HEAD_INVALID:
    'Restore the log from its backup beside the one that is there: `kilde audit verify` names the first bad record.',
  CLIENT_REFUSED:
    'Register the client and its public key with the issuer, or give the service the key that is registered.',
  CONTRACT_OTHER: 'Upgrade the older of the two: versions N and N−1 go together, and no others.',
  HEALTH_CLOSED:
    'Set KILDE_HEALTH_TOKEN at the service, and give its file to the doctor (--token-file).',
  NOT_READY: 'Look at the parts that the service itself names.',
  SETTING_UNUSABLE: 'Correct the setting; docs/configuration.md lists them all.',
  TLS_UNTRUSTED:
    'Give the service a certificate for this name of an authority that is known here (NODE_EXTRA_CA_CERTS).',
  UNREACHABLE: 'Start the service, or open the way to it: name, firewall, proxy.',
} as const satisfies Readonly<Record<string, string>>

export type DoctorCode = HealthCode | keyof typeof doctorCodes

/** One thing that is wrong. Nothing of a patient, and no secret, is ever in it. */
export interface Finding {
  /** Which service, organisation or setting. */
  readonly where: string
  readonly code: DoctorCode
  /** A warning leaves the network at work. */
  readonly severity: 'PROBLEM' | 'WARNING'
  readonly what: string
  readonly remedy: string
}

export interface Told extends Pick<Finding, 'where' | 'what'> {
  readonly warning?: boolean
}

export const finding = (code: DoctorCode, { where, what, warning = false }: Told): Finding => ({
  where,
  code,
  severity: warning ? 'WARNING' : 'PROBLEM',
  what,
  remedy: isOwn(code) ? doctorCodes[code] : healthCodes[code].remedy,
})

const isOwn = (code: DoctorCode): code is keyof typeof doctorCodes =>
  Object.hasOwn(doctorCodes, code)
