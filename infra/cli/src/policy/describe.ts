import type { SignedBundle } from '@kilde/organization/policy'

export const describeBundle = ({ issuedAt, validUntil, bundle }: SignedBundle): string =>
  `Version ${bundle.tables.version}, signed ${issuedAt}: nodes decide by it until ${validUntil}.`
