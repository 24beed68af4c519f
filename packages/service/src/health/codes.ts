/** What is wrong with a part, and what an operator does about it. docs/runbook.md has a section for each. */
export interface HealthCodeEntry {
  readonly means: string
  readonly remedy: string
}

export const healthCodes = {
  AUDIT_UNAVAILABLE: {
    means: 'The access log cannot be written: nothing is disclosed until it can.',
    remedy:
      'Free the disk or database that the log lies on, or give its folder back to the service.',
  },
  CERTIFICATE_ENDED: {
    means: 'The service’s own TLS certificate is past its time, or cannot be read.',
    remedy:
      'Put a new certificate with its key in place of the files: they are taken without a restart.',
  },
  CERTIFICATE_ENDS_SOON: {
    means: 'The service’s own TLS certificate ends within 14 days.',
    remedy: 'Renew it, and put it in place of the files: it is taken without a restart.',
  },
  CLOCK_OFF: {
    means:
      'The machine’s clock differs from that of the identity service: tokens and proofs are refused.',
    remedy: 'Let both machines take their time from NTP (`chronyc tracking`, `timedatectl`).',
  },
  DISK_NEARLY_FULL: {
    means: 'Little is left of the disk that the access log lies on.',
    remedy: 'Make room before the log cannot be written: everything is refused then.',
  },
  IDENTITY_UNREACHABLE: {
    means:
      'The identity service does not answer: no new tokens, and unknown keys cannot be fetched.',
    remedy: 'Look at the identity service, and at the way to KILDE_ISSUER.',
  },
  POLICY_MISSING: {
    means: 'There are no rules in force: everything is denied.',
    remedy: 'Put a signed bundle, of which the time is not over, in place: `kilde policy verify`.',
  },
  PRIVACY_UNREACHABLE: {
    means: 'What patients have blocked is not known, or is too old: nothing is disclosed.',
    remedy: 'Look at the privacy service, and at the way to it.',
  },
  REDIS_UNREACHABLE: {
    means: 'Redis does not answer: whatever must be single-use is refused.',
    remedy:
      'Look at Redis, and at the way to it; with Sentinel or Cluster, whether a replica took over.',
  },
  REGISTRY_UNREACHABLE: {
    means: 'The registry’s state is missing or too old: nobody can be located.',
    remedy: 'Look at the registry, and at the way to it.',
  },
  SERVICE_NOT_STARTED: {
    means: 'The service has not finished its start.',
    remedy: 'Wait; if it stays so, look at its log.',
  },
  SOURCE_UNREACHABLE: {
    means:
      'A source did not answer as agreed when it was last asked. Answers say so and are not complete.',
    remedy: 'Look at the source, and at the way to it: its own health page names the part.',
  },
  STATE_NOT_SAVED: {
    means: 'The last change of the registry could not be saved: it did not take place.',
    remedy: 'Free the disk that KILDE_REGISTRY_DIRECTORY lies on, and make the change again.',
  },
  STORE_UNREACHABLE: {
    means: 'The service’s database does not answer.',
    remedy: 'Look at PostgreSQL, and at the way to it.',
  },
} as const satisfies Readonly<Record<string, HealthCodeEntry>>

export type HealthCode = keyof typeof healthCodes
