import { expect, it } from '@jest/globals'
import type { Toxics } from '../../kit/fault-proxy.js'
import { bodyFaults } from '../../simulation/body-faults.js'
import type { FaultName } from '../../simulation/faults.js'
import { listFaults } from '../../simulation/list-faults.js'
import { MARK } from '../../simulation/scene.js'
import { type Asked, ask, expectRows, reportOf, type Setting, scaled } from './setting.js'
import type { SourceProcess } from './source-processes.js'

/** R5, R6 and R16: answers that are broken off, rubbish, or mixed up. */
export function broken(setting: () => Setting): void {
  /** Each source in turn, so that no circuit opens: what is looked at is the answer. */
  async function inTurn(
    cases: number,
    spoil: (source: SourceProcess, at: number) => Promise<void> | void,
    look: (answer: Asked, source: SourceProcess, at: number) => void,
  ): Promise<void> {
    const { sources } = setting()
    for (let at = 0; at < cases; at++) {
      const source = sources[at % sources.length]
      if (!source) throw new RangeError('no sources')
      await spoil(source, at)
      const answer = await ask(setting())
      await source.heal()
      expectRows(setting(), answer, { others: [source.number] })
      expect(JSON.stringify(answer.list)).not.toContain(MARK)
      look(answer, source, at)
    }
  }

  const wire: readonly ((at: number) => Toxics)[] = [
    (at) => ({ limit_data: { bytes: 20 + ((at * 37) % 900), end: 'RST' } }),
    (at) => ({ limit_data: { bytes: 20 + ((at * 53) % 900), end: 'FIN' } }),
    () => ({ reset_peer: { afterMs: 1 } }),
    () => ({ rubbish: Buffer.from(`HTTP/9 banana ${MARK}\r\n\r\n`) }),
    () => ({ rubbish: Buffer.from([0, 255, 13, 10, 13, 10, 7]) }),
  ]

  const cuts = scaled(40, 5_000)
  it(`R5: is broken off or no HTTP at all, ${cuts} times: nothing of it is shown`, async () => {
    await inTurn(
      cuts,
      (source, at) => source.proxy.poison(wire[at % wire.length]?.(at) ?? {}),
      (answer, source) => {
        const { status, returned } = reportOf(answer, source.number) ?? {}
        expect(['INVALID', 'UNREACHABLE']).toContain(status)
        expect({ returned, complete: answer.list.complete }).toEqual({
          returned: 0,
          complete: false,
        })
      },
    )
  }, 600_000)

  const bodies = Object.keys(bodyFaults) as FaultName[]
  it(`R5: is none, in ${bodies.length} ways`, async () => {
    await inTurn(
      bodies.length,
      (source, at) => source.tell({ fault: bodies[at] ?? 'answers' }),
      (answer, source, at) => {
        const fault = bodyFaults[bodies[at] as keyof typeof bodyFaults]
        const { status, reason } = reportOf(answer, source.number) ?? {}
        expect(fault.told).toContain(`${status} ${reason}`)
      },
    )
  })

  const strangers = scaled(20, 10_000)
  it(`R6: holds rows of another patient, ${strangers} times: none is shown, and each is on record`, async () => {
    const before = mixUps(setting())
    let mixed = 0
    await inTurn(
      strangers,
      (source) => source.tell({ fault: 'mixes in another patient' }),
      (answer, source) => {
        const { status, reason } = reportOf(answer, source.number) ?? {}
        // A source without rows has nothing to mix up.
        if (status === 'EMPTY') return
        mixed += 1
        expect({ status, reason }).toEqual({ status: 'INVALID', reason: 'WRONG_PATIENT' })
      },
    )
    expect(mixed).toBeGreaterThan(0)
    expect(mixUps(setting())).toBe(before + mixed)
  }, 600_000)

  const lists = Object.keys(listFaults) as FaultName[]
  it(`R16: is wrong in its parts, in ${lists.length} ways: nobody else’s rows become null`, async () => {
    await inTurn(
      lists.length,
      (source, at) => source.tell({ fault: lists[at] ?? 'answers' }),
      (answer, source) => expect(reportOf(answer, source.number)).toBeDefined(),
    )
  })
}

/** Lines of the gateway's log that tell of a mix-up. */
const mixUps = ({ network }: Setting): number =>
  network.log.filter(({ text }) => text.includes('"WRONG_PATIENT"')).length
