import { setTimeout as wait } from 'node:timers/promises'
import type { Session } from '@kilde/demo/test-network'
import type { Random } from '../simulation/random.js'
import { type Asked, askOnce } from './ask.js'
import { type Kind, type Outage, wreak } from './faults.js'
import { type Finding, judge, oracleOf } from './judge.js'
import { findUnlogged } from './unlogged.js'
import { holders, ROWS_EACH, type World } from './world.js'

/** What came of it all. */
export interface Played {
  readonly asked: number
  /** Answers in which all sources answered, and in which some did not. */
  readonly whole: number
  readonly partial: number
  /** Requests without an answer while the gateway itself was gone. */
  readonly refused: number
  /** What these were told, by status and code. */
  readonly faults: Readonly<Partial<Record<string, number>>>
  readonly outages: Readonly<Partial<Record<Kind, number>>>
  readonly findings: readonly Finding[]
}

const PERSONAS = ['nurse', 'hospital-doctor', 'gp'] as const
const LANES = 4
const PAUSE_MS = 40
/** Before asking a gateway again that does not answer (milliseconds). */
const GONE_MS = 200
const MOST_TRIES = 120

/** Asks all the time while things go wrong, waits until all is well again, and holds every answer against what is right. */
export async function play(
  world: World,
  { forMs, random }: { readonly forMs: number; readonly random: Random },
): Promise<Played> {
  const now = (): number => performance.now()
  const sessions = await Promise.all(
    PERSONAS.map(async (persona) => [persona, await world.network.signIn(persona)] as const),
  )
  const url = `${world.network.gateway}/graphql`
  const [nurse] = sessions
  if (!nurse) throw new Error('nobody is signed in')
  const before = await askWhole(url, nurse, now)
  const oracle = oracleOf(before)
  const endMs = now() + forMs
  const isOver = (): boolean => now() >= endMs
  const asked: Asked[] = []
  const lane = async (at: number): Promise<void> => {
    for (let turn = at; !isOver(); turn += 1) {
      const [persona, session] = sessions[turn % sessions.length] ?? nurse
      const one = await askOnce(url, persona, session, now)
      asked.push(one)
      await wait(one.list ? random.below(PAUSE_MS) : GONE_MS)
    }
  }
  const [outages] = await Promise.all([
    wreak(world, random, isOver, now),
    ...Array.from({ length: LANES }, (_, at) => lane(at)),
  ])
  // All is well again by itself.
  const after = await askWhole(url, nurse, now)
  const findings = [
    ...asked.flatMap((one) => judge(one, oracle, outages)),
    ...(JSON.stringify(after.nodes) === JSON.stringify(before.nodes)
      ? []
      : [{ what: 'WRONG_ANSWER' as const, detail: 'afterwards other rows are there', trace: '' }]),
    ...(await findUnlogged(world, asked)),
  ]
  return tellOf(asked, outages, findings)
}

function tellOf(
  asked: readonly Asked[],
  outages: readonly Outage[],
  findings: readonly Finding[],
): Played {
  const lists = asked.flatMap(({ list }) => list ?? [])
  const whole = lists.filter(({ complete }) => complete).length
  return {
    asked: asked.length,
    whole,
    partial: lists.length - whole,
    refused: asked.length - lists.length,
    faults: countOf(asked.flatMap(({ fault }) => fault ?? [])),
    outages: countOf(outages.map(({ kind }) => kind)),
    findings,
  }
}

function countOf<Name extends string>(
  names: readonly Name[],
): Readonly<Partial<Record<Name, number>>> {
  const counted: Partial<Record<Name, number>> = {}
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1
  return counted
}

/** @throws Error where it never becomes whole */
async function askWhole(
  url: string,
  [persona, session]: readonly [string, Session],
  now: () => number,
) {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { list } = await askOnce(url, persona, session, now)
    if (list?.complete && list.nodes.length === ROWS_EACH * holders.length) return list
    await wait(500)
  }
  throw new Error('the network does not become whole')
}
