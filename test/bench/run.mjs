// npm run bench: starts the demo on ports of its own, asks the README's query as the README does, and prints what it took.
// Figures are those of this run on this machine; ratios compare within the run.
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import os from 'node:os'
import { fileURLToPath } from 'node:url'
import { readmeQuery } from '@kilde/cli'
import { demoDirectory, readDemoFile } from '@kilde/demo'
import { attestRequest, tokenAs } from '@kilde/identity/sign-in'
import { personas } from '@kilde/people'
import { createProofSigner, createUserClient, generateKey } from '@kilde/trust'

const PORT_BASE = Number(process.env.KILDE_BENCH_PORT_BASE ?? 24_000)
const WARM_UP = 30
const COUNTED = Number(process.env.KILDE_BENCH_QUERIES ?? 300)
const PERSONA = 'hospital-doctor'
const PAGE_QUERY = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations(first: 1000) {
      nodes { id effective kind valueText code { text } provenance { organization { name } } }
      complete
    }
  }
}`
const root = fileURLToPath(new URL('../..', import.meta.url))

const demo = spawn(process.execPath, [`${root}infra/demo/dist/main.js`], {
  env: { ...process.env, KILDE_PORT_BASE: String(PORT_BASE) },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const output = []
demo.stdout.on('data', (chunk) => output.push(String(chunk)))
process.once('SIGINT', () => demo.kill('SIGTERM'))

const startedAt = Date.now()
try {
  const file = await ready()
  const startSeconds = (Date.now() - startedAt) / 1000
  const asks = await asker(file)
  const ask = asks(readmeQuery, 'copd')
  const [cold] = await measure(ask, 1)
  await measure(ask, WARM_UP)
  const before = await cpuMs(gatewayPid(file))
  const times = await measure(ask, COUNTED)
  const cpu = (await cpuMs(gatewayPid(file))) - before
  const baseline = await measure(
    () => fetch(`${file.gateway}/health/live`).then((answer) => answer.text()),
    COUNTED,
  )
  const page = asks(PAGE_QUERY, 'diabetes')
  await measure(page, 3)
  const pages = await measure(page, 20)
  print({ startSeconds, cold, times, cpuPerQuery: cpu / COUNTED, baseline, pages })
} finally {
  demo.kill('SIGTERM')
  await new Promise((resolve) => (demo.exitCode === null ? demo.once('exit', resolve) : resolve()))
}

async function ready() {
  for (;;) {
    if (demo.exitCode !== null) throw new Error(`the demo did not start:\n${output.join('')}`)
    const file = await readDemoFile(demoDirectory(PORT_BASE)).catch(() => undefined)
    if (file) return file
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Asks as the README does: one sign-in, then a fresh proof for each question. */
async function asker(file) {
  const persona = personas.find(({ key }) => key === PERSONA)
  const proof = createProofSigner(await generateKey())
  const { clientId, keyFile, redirectUri } = file.clients.cli
  const client = createUserClient({
    issuer: file.identity,
    clientId,
    clientKey: JSON.parse(await readFile(keyFile, 'utf8')),
    redirectUri,
  })
  const request = {
    audience: 'kilde:gateway',
    scope: 'openid kilde:gateway/read',
    authorizationDetails: [attestRequest(persona)].flat(),
  }
  const token = await tokenAs({ client, redirectUri, persona: PERSONA, proof, request })
  const url = `${file.gateway}/graphql`
  return (query, patient) => {
    const { identifier } = file.patients.find(({ key }) => key === patient)
    return signed(url, JSON.stringify({ query, variables: { identifier } }), token, proof)
  }
}

function signed(url, body, token, proof) {
  return async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `DPoP ${token.value}`,
        dpop: proof.sign({ method: 'POST', url, accessToken: token.value }),
      },
      body,
    })
    const answer = await response.json()
    const lists = Object.values(answer.data?.patient ?? {})
    // A fast wrong answer is no answer.
    if (answer.errors || lists.some((list) => list.complete !== true || list.nodes.length === 0)) {
      throw new Error(`not a complete answer: ${JSON.stringify(answer).slice(0, 500)}`)
    }
  }
}

async function measure(work, count) {
  const times = []
  for (let index = 0; index < count; index += 1) {
    const from = performance.now()
    await work()
    times.push(performance.now() - from)
  }
  return times
}

function gatewayPid(file) {
  return file.services.find(({ name }) => name === 'gateway')?.pid ?? 0
}

/** CPU time of a process (milliseconds), where the system tells it. */
async function cpuMs(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function at(times, share) {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

function print({ startSeconds, cold, times, cpuPerQuery, baseline, pages }) {
  const row = (name, value, target = '') =>
    console.log(`${name.padEnd(58)} ${value.padStart(12)}   ${target}`)
  console.log(
    `\nNode ${process.versions.node}, ${os.cpus().length} processors (${os.cpus()[0]?.model.trim()})\n`,
  )
  row('The demo is ready after its start', `${startSeconds.toFixed(1)} s`, 'target: under 60 s')
  const memory = /Uses ([\d.,]+ [MG]i?B) of memory/.exec(output.join(''))?.[1]
  if (memory) row('Memory of the whole demo', memory, 'target: under 2 GB')
  row(
    `The README's query, ${times.length} times, one after the other: median`,
    `${at(times, 0.5).toFixed(1)} ms`,
    'target: under 100 ms',
  )
  row('  95th percentile', `${at(times, 0.95).toFixed(1)} ms`)
  row('  slowest', `${Math.max(...times).toFixed(1)} ms`)
  row('  first of all (no token exchanged, nothing compiled)', `${cold.toFixed(1)} ms`)
  row("  the gateway's CPU time per query", `${cpuPerQuery.toFixed(1)} ms`)
  row('A bare request to the gateway (health): median', `${at(baseline, 0.5).toFixed(2)} ms`)
  row('  ratio of the medians', `${(at(times, 0.5) / at(baseline, 0.5)).toFixed(0)} ×`)
  row('A page of 1,000 rows from three organisations: median', `${at(pages, 0.5).toFixed(0)} ms`)
}
