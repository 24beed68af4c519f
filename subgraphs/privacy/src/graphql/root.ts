import { InvalidPatientIdentifier, identifierToken, parsePatientIdentifier } from '@kilde/contract'
import { DataScope, RecipientScope } from '@kilde/privacy'
import { z } from 'zod'
import { PrivacyError } from '../errors.js'
import type { Line } from '../path/index.js'
import type { Distributed, NewStatement, Verified } from '../path/stage.js'
import type { Statement, StatementKind } from '../settings/statement.js'

const instant = z.iso.datetime({ offset: true })
const Given = z.object({
  data: z.preprocess(withoutNulls, DataScope).default({}),
  recipient: z.preprocess(withoutNulls, RecipientScope).default({}),
  validity: z
    .preprocess(withoutNulls, z.object({ from: instant.optional(), until: instant.optional() }))
    .default({}),
})

/** The fields of the root for one request: what each wants of the line. */
export function createRoot(line: Line, verified: Verified) {
  const register = async (kind: StatementKind, args: object, more: object = {}) => {
    const statement: NewStatement = { kind, ...givenIn(args), ...more }
    const intent = { do: 'REGISTER', statements: [statement] } as const
    return changeOf(await line.change({ ...verified, intent }))
  }
  return {
    settings: async () => {
      const { statements, ...rest } = await line.look({ ...verified, intent: { do: 'READ' } })
      return { ...rest, statements: statements.map(tell) }
    },
    block: (args: object) => register('BLOCK', args),
    consent: (args: object) => register('CONSENT', args),
    reserve: (args: object) => register('RESERVATION', args),
    appoint: ({ representative, ...args }: { readonly representative: string }) =>
      register('REPRESENTATION', args, { representative: tokenOf(representative) }),
    lift: async ({ id }: { readonly id: string }) =>
      changeOf(await line.change({ ...verified, intent: { do: 'LIFT', id } })),
  }
}

function changeOf({ meant, mark, nodes }: Distributed) {
  const inForce = nodes.every(({ state }) => state !== 'WAITING')
  return { statements: meant.map(tell), version: mark.version, inForce, nodes }
}

const tell = (one: Statement) => ({ ...one, alternatives: one.alternatives ?? [] })

function givenIn(args: object): Pick<NewStatement, 'data' | 'recipient' | 'from' | 'until'> {
  const read = Given.safeParse(withoutNulls(args))
  if (!read.success) {
    const places = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new PrivacyError('PRIVACY_INPUT', { text: `Not valid: ${places.join('; ')}` })
  }
  const { data, recipient, validity } = read.data
  const { from, until } = validity
  return { data, recipient, ...(from && { from }), ...(until && { until }) }
}

/** GraphQL tells what is not given by null. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== null && one !== undefined),
  )
}

function tokenOf(text: string): string {
  try {
    return identifierToken(parsePatientIdentifier(text))
  } catch (error) {
    if (!(error instanceof InvalidPatientIdentifier)) throw error
    throw new PrivacyError('PRIVACY_INPUT', { text: error.message })
  }
}
