import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateRows } from '@kilde/demo'
import { patients } from '@kilde/people'
import { type RunningDemo, startRunningDemo } from './running-demo.js'

let demo: RunningDemo
const kilde = (...args: readonly string[]) => demo.kilde(...args)
const lastLine = (out: string): string | undefined => out.trimEnd().split('\n').at(-1)
const IN_FORCE = /^in force at 2 of 2 organisations after \d+ ms$/

const rowsSeen = async (): Promise<number> => {
  const { out } = await kilde('query', '--as', 'nurse', '--patient', patients.copd.identifier)
  return JSON.parse(out).data.patient.observations.nodes.length as number
}

beforeAll(async () => {
  demo = await startRunningDemo(['municipality', 'hospital'], {
    settings: { privacy: { KILDE_PRIVACY_ACK_WAIT_MS: '0' } },
  })
  const { copd: patient } = patients
  const until = new Date('2026-03-15T10:00:00+01:00')
  await demo.network.load(
    generateRows({ patient, organizations: ['municipality'], rows: 4, until }),
  )
}, 120_000)
afterAll(() => demo?.stop())

describe('kilde block', () => {
  it('closes an organisation’s data to everybody, prints when that was in force everywhere, and lifts it again', async () => {
    const blocked = await kilde('block', '--as', 'patient', '--organization', 'municipality')
    expect(blocked).toMatchObject({ code: 0, err: '' })
    expect(blocked.out).toContain('block: organization 310000108, to everybody, from ')
    expect(lastLine(blocked.out)).toMatch(IN_FORCE)
    expect(await rowsSeen()).toBe(0)

    const listed = await kilde('block', 'list', '--as', 'patient')
    expect(listed).toMatchObject({ code: 0, err: '' })
    expect(lastLine(listed.out)).toBe('1 statement')
    const lifted = await kilde('block', 'lift', '--as', 'patient')
    expect(lifted).toMatchObject({ code: 0, err: '' })
    expect(lastLine(lifted.out)).toMatch(IN_FORCE)
    expect(lastLine((await kilde('block', 'lift', '--as', 'patient')).out)).toBe(
      '0 statements to lift',
    )
  })

  it('names a professional, and lifts one statement by its id', async () => {
    const options = ['--organization', '310000205', '--professional', '9990003'] as const
    const { code, out } = await kilde('block', '--as', 'patient', ...options)
    expect(code).toBe(0)
    expect(out).toContain('block: organization 310000205, to professional 9990003, from ')
    const lifted = await kilde('block', 'lift', out.slice(0, 36), '--as', 'patient')
    expect(lifted.code).toBe(0)
    const listed = await kilde('block', 'list', '--as', 'patient', '--json')
    expect(JSON.parse(listed.out)).toEqual([])
  })

  it('says in the service’s words what it refuses', async () => {
    expect(await kilde('block', '--as', 'youth')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('You may not do this for this person.'),
    })
    expect(await kilde('block', '--as', 'patient', '--professional', 'Henrik')).toMatchObject({
      code: 1,
      err: expect.stringContaining('recipient.professional'),
    })
    expect((await kilde('block', '--as', 'patient', '--organization', 'nowhere')).err).toContain(
      'There is no such organisation',
    )
  })
})
