import { claims, privateJwk, publicJwk } from '@kilde/trust'
import { z } from 'zod'
import { CliError } from '../errors.js'
import { readJson } from '../files.js'
import type { Setting } from './setting.js'

const number = z.string().regex(/^\d{9}$/, 'must be 9 digits')
const person = z.string().regex(/^\d{11}$/, 'must be 11 digits, of a synthetic person')
const about = z.record(z.string(), z.unknown())
const professional = about.refine((all) => all[claims.attest] !== undefined, {
  message: `must hold an attest (\`${claims.attest}\`)`,
})
const citizen = about.refine((all) => all[claims.citizen] !== undefined, {
  message: `must hold \`${claims.citizen}\``,
})

/** docs/node-specification.md, Trying a node of one’s own. */
const shape = z.strictObject({
  organization: number,
  issuer: z.strictObject({ url: z.url(), signingKey: privateJwk }),
  gatewayClient: z.string().min(1).default('kilde-gateway'),
  gatewayAudience: z.string().min(1).default('kilde:gateway'),
  requesters: z.strictObject({
    permitted: professional,
    citizen: citizen.optional(),
    youth: citizen.optional(),
  }),
  patients: z
    .strictObject({ known: person, unknown: person, blocked: person.optional() })
    .refine(({ known, unknown, blocked }) => new Set([known, unknown, blocked]).size === 3, {
      message: 'must be different people',
    }),
  pageKeys: z.array(publicJwk).max(10).default([]),
  disclosure: z.enum(['visible', 'hidden']).default('visible'),
  requestSignature: z.enum(['GATEWAY', 'REQUESTER']).default('GATEWAY'),
  registers: z.boolean().default(true),
})

/**
 * What the tester must know, from a file.
 * @throws CliError `CONFORMANCE_CONFIG`, with every problem; `FILE_UNREADABLE`, `FILE_NOT_JSON`
 */
export async function readSetting(file: string, baseUrl: string, folder: string): Promise<Setting> {
  const read = shape.safeParse(await readJson(file, folder))
  if (read.success) return { ...read.data, baseUrl }
  // Names and rules, never values: the file holds a private key and numbers of (synthetic) people.
  const problems = read.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
  )
  throw new CliError('CONFORMANCE_CONFIG', { text: `${file}: ${problems.join('; ')}.` })
}
