import { clockFinding } from '@kilde/service'
import { z } from 'zod'
import { CliError } from '../errors.js'
import { fetchFrom } from '../fetch-from.js'
import { type DoctorCode, type Finding, finding } from './finding.js'
import { lookAtTls } from './look-at-tls.js'

/** A service to look at. */
export interface Target {
  readonly where: string
  readonly url: string
  /** Its KILDE_HEALTH_TOKEN, where it is known. */
  readonly token?: string | undefined
}

const WAIT_MS = 5_000
/** Whole seconds are all that an answer's date tells, and the way takes time too. */
const CLOCK_MS = 2_000

const ready = z.object({
  status: z.string(),
  parts: z.array(z.object({ name: z.string(), ok: z.boolean(), note: z.string().optional() })),
})
const page = z.object({
  parts: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['OK', 'WARNING', 'BROKEN']),
      since: z.string(),
      code: z.string().optional(),
      note: z.string().optional(),
    }),
  ),
})

/** Everything that can be told of one service from outside, and by its own page. */
export async function lookAtService(target: Target, now: () => number): Promise<Finding[]> {
  const { where, url } = target
  const tls = await lookAtTls(where, url, now)
  if (tls.some(({ severity }) => severity === 'PROBLEM')) return tls
  const asked = await ask(target, '/health/ready', now).catch((error: unknown) => {
    if (error instanceof CliError) return error.publicText
    throw error
  })
  if (typeof asked === 'string') return [finding('UNREACHABLE', { where, what: asked })]
  const clock = clockOf(where, asked)
  const own = target.token === undefined ? undefined : await pageOf(target, now)
  if (own) return [...tls, ...clock, ...own]
  return [...tls, ...clock, ...readinessOf(where, asked), ...closed(where)]
}

interface Asked {
  readonly status: number
  readonly text: string
  readonly date: string | null
  readonly askedMs: number
  readonly answeredMs: number
}

async function ask({ where, url, token }: Target, path: string, now: () => number): Promise<Asked> {
  let date: string | null = null
  const askedMs = now()
  const fetched = await fetchFrom(
    where,
    new URL(path, url).href,
    () => ({
      signal: AbortSignal.timeout(WAIT_MS),
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    }),
    undefined,
    (response) => {
      date = response.headers.get('date')
    },
  )
  return { ...fetched, date, askedMs, answeredMs: now() }
}

function clockOf(where: string, { date, askedMs, answeredMs }: Asked): Finding[] {
  const found = clockFinding(date, { askedMs, answeredMs, clockMs: CLOCK_MS })
  if (!found) return []
  const what = (found.note ?? '').replace('the identity service', where)
  return [finding('CLOCK_OFF', { where, what })]
}

function readinessOf(where: string, { status, text }: Asked): Finding[] {
  if (status === 200) return []
  const said = ready.safeParse(parse(text)).data
  const ill = said?.parts.filter(({ ok }) => !ok).map(({ name }) => name) ?? []
  const what = `it is ${said?.status ?? 'not ready'}${ill.length > 0 ? `: ${ill.join(', ')}` : ''}`
  return [finding('NOT_READY', { where, what })]
}

const closed = (where: string): Finding[] => [
  finding('HEALTH_CLOSED', { where, what: 'it does not tell of its parts', warning: true }),
]

/** Undefined where there is no page for this token. */
async function pageOf(target: Target, now: () => number): Promise<Finding[] | undefined> {
  const { status, text } = await ask(target, '/health/parts', now)
  const said = page.safeParse(parse(text))
  if (status !== 200 || !said.success) return undefined
  return said.data.parts.flatMap(({ name, state, since, code, note }) => {
    if (state === 'OK') return []
    const what = `${name}${note === undefined ? '' : ` (${note})`}, since ${since}`
    const told = { where: target.where, what, warning: state === 'WARNING' }
    return [finding(code as DoctorCode, told)]
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
