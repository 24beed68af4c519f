import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type OrganizationKey, organizations } from '@kilde/people'
import { privacyAudience, privacyPaths, privacyScopes } from '@kilde/privacy'
import { createNonceKeeper } from '@kilde/trust'
import { runHere } from './kit.js'
import { type RunningDemo, startRunningDemo } from './running-demo.js'

const keys = Object.keys(organizations) as OrganizationKey[]
const size = ['--patients', '6', '--organizations', '6', '--days', '40', '--seed', 'cli']

let root: string
let demo: RunningDemo
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kilde-generate-'))
  demo = await startRunningDemo(keys, { data: 'none' })
}, 180_000)
afterAll(async () => {
  await demo?.stop()
  await rm(root, { recursive: true, force: true })
})

interface Made {
  readonly statistics: {
    readonly observations: number
    readonly corrections: number
    readonly withdrawals: number
    readonly blocks: number
  }
}

describe('kilde generate', () => {
  it('tells what it made, in words and as JSON', async () => {
    const words = await runHere(['generate', ...size, '--to', join(root, 'words')])
    expect(words.code).toBe(0)
    expect(words.out).toMatch(/^6 patients, [\d,]+ observations at 6 organisations in /)
    for (const title of ['Conditions', 'Courses', 'Kinds', 'Solvik kommune', 'corrections']) {
      expect(words.out).toContain(title)
    }
    const json = await runHere(['generate', ...size, '--to', join(root, 'json'), '--json'])
    const made = JSON.parse(json.out)
    expect(made).toEqual(JSON.parse(await readFile(join(root, 'json/population.json'), 'utf8')))
  })

  it('adds nothing to a folder that holds something', async () => {
    await writeFile(join(root, 'mine.txt'), 'mine')
    const { code, err } = await runHere(['generate', ...size, '--to', root])
    expect({ code, err }).toEqual({
      code: 1,
      err: `kilde: ${root} is not empty: name another folder.\n`,
    })
  })

  it('names every option that is wrong', async () => {
    const wrong = ['--patients', '0', '--days', 'x', '--until', '2026-02-30']
    const { code, err } = await runHere(['generate', ...wrong, '--to', join(root, 'none')])
    expect(code).toBe(2)
    for (const option of ['--patients', '--days', '--until']) expect(err).toContain(option)
    expect(err).not.toContain('--organizations')
  })
})

describe('a generated population in a running demo', () => {
  it('is taken whole by `kilde load`, as the statistics say, and once only', async () => {
    const folder = join(root, 'loaded')
    const { out } = await runHere(['generate', ...size, '--to', folder, '--json'])
    const { statistics }: Made = JSON.parse(out)
    const first = await loadAll(folder)
    expect(first).toMatchObject({
      created: statistics.observations,
      updated: statistics.corrections + statistics.withdrawals,
      refused: 0,
    })
    const again = await loadAll(folder)
    expect(again).toMatchObject({ created: 0, updated: 0, refused: 0 })
  }, 120_000)

  it('shows each patient’s rows, of all organisations that hold some', async () => {
    const people = await readFile(join(root, 'loaded/people-0001.ndjson'), 'utf8')
    for (const line of people.trim().split('\n')) {
      const { identifier, rows }: { identifier: string; rows: Record<string, number> } =
        JSON.parse(line)
      const answer = await demo.network.ask('nurse', QUERY, { identifier })
      const data = answer.body.data as Shown | undefined
      const holding = data?.patient.observations.sources.filter(({ status }) => status === 'OK')
      expect(data?.patient.observations.complete).toBe(true)
      expect(holding?.map(({ organization }) => organization.number).sort()).toEqual(
        Object.keys(rows).sort(),
      )
    }
  })
})

describe('the blocks of a population', () => {
  it('are taken by the privacy service', async () => {
    const folder = join(root, 'blocks')
    const many = ['--patients', '150', '--organizations', '6', '--days', '2']
    const { out } = await runHere(['generate', ...many, '--to', folder, '--json'])
    const { statistics }: Made = JSON.parse(out)
    expect(statistics.blocks).toBeGreaterThan(0)
    const text = await readFile(join(folder, 'consents-0001.ndjson'), 'utf8')
    const answer = await importConsents(text.trim())
    expect(answer.status).toBe(200)
    const { entry } = (await answer.json()) as Taken
    expect(entry).toHaveLength(statistics.blocks)
    expect(entry.filter(({ response }) => !response.status.startsWith('20'))).toEqual([])
  }, 60_000)
})

/** Hands consents over as the system of another service would. */
async function importConsents(body: string): Promise<Response> {
  const tokens = demo.network.tokensOf('kilde-admin')
  const { value: accessToken } = await tokens.clientCredentials({
    audience: privacyAudience,
    scope: privacyScopes.import,
  })
  const url = `${demo.network.privacy}${privacyPaths.import}`
  return createNonceKeeper().send((nonce) =>
    fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/fhir+json',
        authorization: `DPoP ${accessToken}`,
        dpop: tokens.proof.sign({
          ...{ method: 'POST', url, accessToken, body: Buffer.from(body) },
          ...(nonce !== undefined && { nonce }),
        }),
      },
    }),
  )
}

const QUERY = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations(first: 50) {
  complete sources { organization { number } status } } } }`

interface Taken {
  readonly entry: readonly { readonly response: { readonly status: string } }[]
}

interface Shown {
  readonly patient: {
    readonly observations: {
      readonly complete: boolean
      readonly sources: readonly {
        readonly organization: { readonly number: string }
        readonly status: string
      }[]
    }
  }
}

interface Loaded {
  readonly created: number
  readonly updated: number
  readonly refused: number
}

async function loadAll(folder: string): Promise<Loaded> {
  const sum = { created: 0, updated: 0, refused: 0 }
  for (const { number } of Object.values(organizations)) {
    const { out, err } = await demo.kilde('load', join(folder, number), '--to', number, '--json')
    expect(err).toBe('')
    const { created, updated, refused }: Loaded = JSON.parse(out)
    sum.created += created
    sum.updated += updated
    sum.refused += refused
  }
  return sum
}
