import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'

/** `npm run test:differential -- --cases 100000` runs as many as one likes. */
const CASES = 4_000

describe('G12: the direct way, the general way and the oracle', () => {
  it(`give the same answer in ${CASES} generated cases`, async () => {
    const { output, code } = await run('--cases', String(CASES), '--seed', '1')
    // The report of a failing case is what a person needs, not the difference of two texts.
    if (code !== 0) throw new Error(output)
    expect(output).toMatch(/^4000 cases from seed 1 on, and \d+ fixed ones: all hold\n$/)
  }, 1_200_000)
})

/** In a process of its own, as by hand: Jest's own loader takes several times as long. */
function run(
  ...args: readonly string[]
): Promise<{ readonly output: string; readonly code: number | null }> {
  const program = fileURLToPath(new URL('run.mjs', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@kilde/source', program, ...args])
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ output: Buffer.concat(chunks).toString('utf8'), code }))
  })
}
