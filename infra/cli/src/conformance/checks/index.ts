import type { Check } from '../check.js'
import { attestChecks } from './attest.js'
import { auditChecks } from './audit.js'
import { contextChecks } from './context.js'
import { fieldChecks } from './fields.js'
import { httpChecks } from './http.js'
import { metadataChecks } from './metadata.js'
import { pageChecks } from './pages.js'
import { policyChecks } from './policy.js'
import { privacyChecks } from './privacy.js'
import { proofChecks } from './proof.js'
import { questionChecks } from './question.js'
import { reportChecks } from './reports.js'
import { rowChecks } from './rows.js'
import { signedChecks } from './signed.js'
import { tokenChecks } from './token.js'

/** All checks, in the order in which they run: those of the end look at what was said to all before. */
export const checks: readonly Check[] = [
  ...httpChecks,
  ...metadataChecks,
  ...tokenChecks,
  ...proofChecks,
  ...attestChecks,
  ...contextChecks,
  ...signedChecks,
  ...questionChecks,
  ...rowChecks,
  ...pageChecks,
  ...fieldChecks,
  ...reportChecks,
  ...policyChecks,
  ...auditChecks,
  ...privacyChecks,
]
