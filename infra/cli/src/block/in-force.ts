import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { DemoFile } from '../demo.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import type { Change } from './statements.js'

/** How long a change may take until it is in force everywhere (milliseconds). */
const LONGEST_MS = 60_000
const AGAIN_MS = 200
const TIMEOUT_MS = 3_000

const Health = z.object({
  parts: z.array(z.object({ name: z.string(), ok: z.boolean(), note: z.string().optional() })),
})

/** Asks every organisation's node itself by which version it goes, until all go by the change; prints how many, and when. */
export async function waitInForce(
  { version }: Pick<Change, 'version'>,
  demo: DemoFile,
  startedMs: number,
  { out, now }: Surroundings,
): Promise<ExitCode> {
  const all = demo.organizations
  let waiting = [...all]
  while (waiting.length > 0 && now() - startedMs < LONGEST_MS) {
    const held = await Promise.all(waiting.map((one) => versionAt(one)))
    waiting = waiting.filter((_, at) => (held[at] ?? -1) < version)
    if (waiting.length > 0) await sleep(AGAIN_MS)
  }
  for (const { name, number } of waiting) out.write(`not yet in force at ${name} (${number})\n`)
  const done = all.length - waiting.length
  out.write(`in force at ${done} of ${all.length} organisations after ${now() - startedMs} ms\n`)
  return waiting.length === 0 ? exitCodes.done : exitCodes.partly
}

/** Undefined where the node does not answer, follows no privacy service, or knows its settings no more. */
async function versionAt({
  address,
  number,
}: DemoFile['organizations'][number]): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(new URL('/health/ready', address), { redirect: 'error', signal })
    const { parts } = Health.parse(await response.json())
    const part = parts.find(({ name }) => name === `privacy ${number}`)
    const version = /version (\d+)/.exec(part?.note ?? '')?.[1]
    return part?.ok && version !== undefined ? Number(version) : undefined
  } catch {
    return undefined
  }
}
