import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { readmeQuery } from '@kilde/cli'
import { demoDirectory, readDemoFile } from '@kilde/demo'
import { attestRequest, tokenAs } from '@kilde/identity/sign-in'
import { personas } from '@kilde/people'
import { createProofSigner, createUserClient, generateKey, privateJwk } from '@kilde/trust'
import { at, median } from './statistics.js'

type DemoFile = Awaited<ReturnType<typeof readDemoFile>>
type Ask = () => Promise<void>

const PORT_BASE = Number(process.env['KILDE_BENCH_PORT_BASE'] ?? 24_000)
const WARM_UP = 30
const COUNTED = Number(process.env['KILDE_BENCH_QUERIES'] ?? 300)
const PERSONA = 'hospital-doctor'
const PAGE_QUERY = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations(first: 1000) {
      nodes { id effective kind valueText code { text } provenance { organization { name } } }
      complete
    }
  }
}`
const program = fileURLToPath(new URL('../../../infra/demo/dist/main.js', import.meta.url))

/** What users of the demo see: the README's query asked as the README does, through every service, one after the other. */
export interface DemoFigures {
  readonly startSeconds: number
  readonly memory: string | undefined
  /** First of all: no token exchanged, nothing compiled. */
  readonly coldMs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly slowestMs: number
  /** CPU time of the gateway per query (milliseconds). */
  readonly gatewayCpuMs: number
  /** A bare request to the gateway. */
  readonly healthMs: number
  /** A page of 1,000 rows from three organisations. */
  readonly pageMs: number
}

/** Starts the demo on ports of its own, takes the figures and stops it. */
export async function measureDemo(): Promise<DemoFigures> {
  const output: string[] = []
  const startedAt = Date.now()
  const demo = spawn(process.execPath, [program], {
    env: { ...process.env, KILDE_PORT_BASE: String(PORT_BASE) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  demo.stdout.on('data', (chunk: Buffer) => output.push(String(chunk)))
  try {
    const file = await ready(demo, output)
    const startSeconds = (Date.now() - startedAt) / 1_000
    const memory = /Uses ([\d.,]+ [MG]i?B) of memory/.exec(output.join(''))?.[1]
    return { startSeconds, memory, ...(await measureQueries(file)) }
  } finally {
    await stopped(demo)
  }
}

async function measureQueries(file: DemoFile) {
  const ask = await asker(file, readmeQuery, 'copd')
  const [coldMs = Number.NaN] = await measure(ask, 1)
  await measure(ask, WARM_UP)
  const pid = file.services.find(({ name }) => name === 'gateway')?.pid ?? 0
  const before = await cpuMsOf(pid)
  const times = await measure(ask, COUNTED)
  const gatewayCpuMs = ((await cpuMsOf(pid)) - before) / COUNTED
  const health = await measure(() => bareRequest(file), COUNTED)
  const page = await asker(file, PAGE_QUERY, 'diabetes')
  await measure(page, 3)
  return {
    coldMs,
    p50Ms: median(times),
    p95Ms: at(times, 0.95),
    slowestMs: Math.max(...times),
    gatewayCpuMs,
    healthMs: median(health),
    pageMs: median(await measure(page, 20)),
  }
}

async function ready(demo: ChildProcess, output: readonly string[]): Promise<DemoFile> {
  for (;;) {
    if (demo.exitCode !== null) throw new Error(`the demo did not start:\n${output.join('')}`)
    const file = await readDemoFile(demoDirectory(PORT_BASE)).catch(() => undefined)
    if (file) return file
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function stopped(demo: ChildProcess): Promise<void> {
  demo.kill('SIGTERM')
  if (demo.exitCode === null) await new Promise((resolve) => demo.once('exit', resolve))
}

async function bareRequest({ gateway }: DemoFile): Promise<void> {
  const answer = await fetch(`${gateway}/health/live`)
  await answer.text()
}

/** Asks as the README does: one sign-in for the patient, then a fresh proof for each question. */
async function asker(file: DemoFile, query: string, patient: string): Promise<Ask> {
  const persona = personas.find(({ key }) => key === PERSONA)
  const proof = createProofSigner(await generateKey())
  const { clientId, keyFile, redirectUri } = file.clients.cli
  const clientKey = privateJwk.parse(JSON.parse(await readFile(keyFile, 'utf8')))
  const client = createUserClient({ issuer: file.identity, clientId, clientKey, redirectUri })
  const token = await tokenAs({
    client,
    redirectUri,
    persona: PERSONA,
    proof,
    request: {
      audience: 'kilde:gateway',
      scope: 'openid kilde:gateway/read',
      authorizationDetails: [persona && attestRequest(persona)].filter((one) => one !== undefined),
    },
  })
  const url = `${file.gateway}/graphql`
  const identifier = file.patients.find(({ key }) => key === patient)?.identifier
  const body = JSON.stringify({ query, variables: { identifier } })
  return async () => {
    const dpop = proof.sign({ method: 'POST', url, accessToken: token.value })
    const headers = {
      'content-type': 'application/json',
      dpop,
      authorization: `DPoP ${token.value}`,
    }
    check(await (await fetch(url, { method: 'POST', headers, body })).json())
  }
}

/** A fast wrong answer is no answer. */
function check(answer: unknown): void {
  const { data, errors } = answer as {
    errors?: unknown
    data?: { patient?: Record<string, { complete: boolean; nodes: readonly unknown[] }> }
  }
  const lists = Object.values(data?.patient ?? {})
  if (errors || lists.some(({ complete, nodes }) => !complete || nodes.length === 0)) {
    throw new Error(`not a complete answer: ${JSON.stringify(answer).slice(0, 500)}`)
  }
}

async function measure(work: Ask, count: number): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const from = performance.now()
    await work()
    times.push(performance.now() - from)
  }
  return times
}

/** CPU time of a process (milliseconds), where the system tells it. */
async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** The figures with what they should be. */
export function demoLines(figures: DemoFigures): readonly (readonly [string, string, string])[] {
  const ms = (value: number): string => `${value.toFixed(1)} ms`
  const { startSeconds, memory, p50Ms, healthMs } = figures
  return [
    ['The demo is ready after its start', `${startSeconds.toFixed(1)} s`, 'under 60 s'],
    ...(memory === undefined ? [] : [['Memory of the whole demo', memory, 'under 2 GB'] as const]),
    [
      `The README's query, ${COUNTED} times, one after the other: median`,
      ms(p50Ms),
      'under 100 ms',
    ],
    ['95th percentile', ms(figures.p95Ms), ''],
    ['slowest', ms(figures.slowestMs), ''],
    ['first of all (no token exchanged, nothing compiled)', ms(figures.coldMs), ''],
    ["the gateway's CPU time per query", ms(figures.gatewayCpuMs), ''],
    ['A bare request to the gateway (health): median', ms(healthMs), ''],
    ['ratio of the medians', `${(p50Ms / healthMs).toFixed(0)} ×`, ''],
    ['A page of 1,000 rows from three organisations: median', ms(figures.pageMs), ''],
  ]
}
