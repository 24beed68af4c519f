import { expect, it } from '@jest/globals'
import { ask, expectRows, note, repeat, reportOf, type Setting, scaled, toldOf } from './setting.js'

/** R1 and R2: nodes that are killed. */
export function killed(setting: () => Setting): void {
  const queries = scaled(40, 1_000)

  it(`R1: is killed after it took a request in, one of many, in the midst of ${queries} queries`, async () => {
    const [victim] = setting().sources
    if (!victim) throw new RangeError('no sources')
    await victim.tell({ fault: 'never answers' })
    const accepted = victim.accepted()
    const asked = repeat(queries, 4, () => ask(setting()))
    await accepted
    await victim.kill()
    const answers = await asked
    for (const answer of answers) {
      expect(reportOf(answer, victim.number)?.status).toBe('UNREACHABLE')
      expectRows(setting(), answer, { missing: [victim.number] })
      expect(answer.list.complete).toBe(false)
    }
    const reasons = new Set(answers.map((answer) => toldOf(answer, victim.number)))
    expect([...reasons]).toEqual(expect.arrayContaining(['UNREACHABLE CONNECTION_FAILED']))
    note('R1', { slowestMs: Math.max(...answers.map(({ tookMs }) => tookMs)) })
    await victim.revive()
  })

  it('R2: are killed one after the other, until none is left; no answer says that there is nothing', async () => {
    const { sources } = setting()
    const dead: string[] = []
    for (const victim of [undefined, ...sources]) {
      if (victim) {
        await victim.kill()
        dead.push(victim.number)
      }
      const answer = await ask(setting())
      expect(answer.list.sources).toHaveLength(sources.length + 1)
      expectRows(setting(), answer, { missing: dead })
      expect(answer.list.complete).toBe(dead.length === 0)
      for (const number of dead) expect(reportOf(answer, number)?.status).toBe('UNREACHABLE')
    }
    const { list } = await ask(setting())
    expect(list).toMatchObject({
      nodes: [],
      complete: false,
      completeness: { failed: sources.length },
    })
    expect(['LOWER_BOUND', 'UNKNOWN']).toContain(list.totalCount?.precision)
    await Promise.all(sources.map((source) => source.revive()))
  })
}
