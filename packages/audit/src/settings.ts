import { z } from 'zod'

/** EHDS, article 9: access is told for at least three years. */
const LEAST_DAYS = 1_095

const days = z.int().min(LEAST_DAYS).max(36_500)

/** How long records are kept, as a setting: `{"days": 1825, "classes": {"Observation": 1095}}`. */
export const auditRetention = z.strictObject({
  days,
  classes: z.record(z.string().min(1), days).optional(),
})
