import { setting } from '@kilde/service'
import { z } from 'zod'

/** Settings of `npm start`; docs/configuration.md is made of them. */
export const settings = {
  KILDE_PORT_BASE: setting(
    z.coerce
      .number({ error: 'is no number' })
      .int({ error: 'is no whole number' })
      .min(1_024, { error: 'is below 1,024' })
      .max(65_000, { error: 'is above 65,000' })
      .default(4_000),
    'First port (1,024 to 65,000): the gateway’s. Identity is at + 100, the registry at + 200, organisations from + 401 on.',
  ),
} as const
