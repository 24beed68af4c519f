import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { PolicyTables } from './tables.js'

const cedarText = z.string().min(1).max(200_000)

/** The rules of an organisation: Cedar policies and tables, as one thing with one version. */
export const PolicyBundle = z
  .strictObject({
    /** Cedar policies, in the order in which reasons are told. */
    policies: z
      .strictObject({ common: cedarText, professional: cedarText, citizen: cedarText })
      .readonly(),
    tables: PolicyTables,
  })
  .readonly()

export type PolicyBundle = z.infer<typeof PolicyBundle>

/** The rules that this version comes with. @throws ZodError where its own tables are no good */
export function builtInBundle(): PolicyBundle {
  return PolicyBundle.parse({
    policies: {
      common: read('common.cedar'),
      professional: read('professional.cedar'),
      citizen: read('citizen.cedar'),
    },
    tables: JSON.parse(read('tables.json')),
  })
}

/** Members of the facts and their types: the code's, not a bundle's. */
export const factsSchema = (): string => read('access.cedarschema')

const read = (file: string): string =>
  readFileSync(new URL(`./rules/${file}`, import.meta.url), 'utf8')
