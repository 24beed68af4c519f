import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { combineSources, type PageQuestion, type Source } from '@kilde/organization/sources'
import { conformance, type OpenSource } from './conformance.js'
import type { Population } from './facts.js'
import { fillServer } from './fill-server.js'
import { openEmbedded } from './open-embedded.js'
import { openFhir } from './open-fhir.js'
import { populationOf } from './population.js'
import { type SmallServer, startSmallServer } from './small-server.js'

const parameters = ['patient', 'status', 'combo-code', 'date', '_id']
const rows = Number(process.env['KILDE_SOURCES_ROWS'] ?? 120)
const runs = Math.ceil(Number(process.env['KILDE_SOURCES_RUNS'] ?? 60) / 3)

conformance('a store and two FHIR servers as one', open, { rows, runs })

describe('several sources as one', () => {
  const population = populationOf(60, 3)
  const [patient] = population.patients.map(({ identifier }) => identifier)
  let opened: Awaited<ReturnType<typeof open>>
  let source: Source
  const signal = new AbortController().signal
  const question = (): PageQuestion => ({
    ...{ patient: patient ?? missing(), limit: 1_000, order: 'NEWEST_FIRST', count: true },
    ...{ status: ['final'], elements: ['status'], abnormalOnly: false },
  })

  beforeAll(async () => {
    opened = await open(population)
    source = opened.source
  }, 120_000)
  afterAll(() => opened.close())

  it('tell of each row which system it came from', async () => {
    const page = await source.read(question(), signal)
    const systems = new Set(page.rows.map(({ system }) => system))
    expect(systems).toEqual(new Set(['embedded store', 'Journal', 'Lab']))
    expect(page.truncated).toBeUndefined()
  })

  it('say that something is missing when one of them does not answer, and give the rest', async () => {
    const whole = await source.read(question(), signal)
    opened.servers[0]?.tamper(() => ({ status: 500, body: '' }))
    const page = await source.read(question(), signal)
    const others = whole.rows.filter(({ system }) => system !== 'Journal')
    expect(page).toMatchObject({ rows: others, truncated: true, known: true })
    expect(page.count).toBeUndefined()
    const latest = { ...question(), items: [['http://loinc.org|8867-4']], limit: 1 }
    expect(await source.latest(latest, signal)).toMatchObject({ truncated: true })
    expect(await source.names({ patient: question().patient }, signal)).toMatchObject({
      truncated: true,
    })
    expect(source.health().ok).toBe(false)
    const shown = { patient: question().patient, ids: [`${population.organization}.journal-x`] }
    await expect(source.shown(shown, signal)).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
    opened.servers[0]?.tamper(undefined)
    expect(await source.read(question(), signal)).toMatchObject({ rows: whole.rows })
    expect(source.health().ok).toBe(true)
  })
})

function missing(): never {
  throw new Error('there are patients')
}

/** Of all facts every third is in each: the store, and two servers. */
async function open(population: Population): Promise<OpenSource & { servers: SmallServer[] }> {
  const third = (rest: number): Population => ({
    ...population,
    facts: population.facts.filter((_fact, index) => index % 3 === rest),
    plans: population.plans.filter((_plan, index) => index % 3 === rest),
  })
  const store = await openEmbedded(third(0))
  const servers = [
    await startSmallServer({ parameters, pageRows: 30 }),
    await startSmallServer({ parameters }),
  ]
  const ids = [(key: string) => store.idOf(key)]
  const prefixes = ['journal-', 'lab-'] as const
  const sources = [store.source]
  for (const [index, server] of servers.entries()) {
    const idPrefix = prefixes[index]
    const idOf = await fillServer(third(index + 1), (...resource) => server.create(...resource))
    ids.push((key) => idOf(key).replace('.', `.${idPrefix}`))
    sources.push(openFhir({ url: server.url, name: ['Journal', 'Lab'][index], idPrefix }))
  }
  const places = new Map(
    [population.facts, population.plans].flatMap((all) =>
      all.map(({ key }, index) => [key, index % 3] as const),
    ),
  )
  const source = combineSources(sources)
  return {
    ...{ source, servers },
    idOf: (key) => ids[places.get(key) ?? 0]?.(key) ?? '',
    async close() {
      await Promise.all(sources.slice(1).map((one) => one.close()))
      await Promise.all(servers.map((server) => server.stop()))
      await store.close()
    },
  }
}
