import { describe, expect, it } from '@jest/globals'
import { identifierToken, parsePatientIdentifier } from '@kilde/contract'
import { type AskNumbers, createFindNumbers, rememberNumbers } from '../src/index.js'

const PRESENT = '08825133489'
const FORMER = '48825131038'
const SAME_DAY = '08825132180'
const OTHER_DAY = '15886220593'
const HELP_NUMBER = '80000000083'
const signal = new AbortController().signal
const parse = parsePatientIdentifier

/** Base data that say just this, of each number. */
const saying =
  (answers: Readonly<Record<string, readonly string[]>>, asked: string[] = []): AskNumbers =>
  async ({ value }) => {
    asked.push(value)
    const answer = answers[value]
    if (!answer) throw new Error('base data are out')
    return answer.map(parse)
  }
const find = async (value: string, answers: Readonly<Record<string, readonly string[]>>) => {
  const { others, certain } = await createFindNumbers(saying(answers))(parse(value), signal)
  return [others.map((one) => one.value), certain]
}

describe('The numbers of a person', () => {
  const both = [PRESENT, FORMER]

  it.each([PRESENT, FORMER])('are found from %s', async (number) => {
    const [other] = both.filter((one) => one !== number)
    expect(await find(number, { [PRESENT]: both, [FORMER]: both })).toEqual([[other], true])
  })

  it('are the one alone of whoever base data do not know, or know by no other', async () => {
    expect(await find(PRESENT, { [PRESENT]: [] })).toEqual([[], true])
    expect(await find(PRESENT, { [PRESENT]: [PRESENT] })).toEqual([[], true])
  })

  it('are not certain where base data do not answer, also on the way back', async () => {
    expect(await find(PRESENT, {})).toEqual([[], false])
    expect(await find(PRESENT, { [PRESENT]: both })).toEqual([[], false])
  })
})

describe('Base data that lie of a number', () => {
  it.each([
    ['in one direction alone', { [PRESENT]: [PRESENT, SAME_DAY], [SAME_DAY]: [SAME_DAY] }],
    [
      'with another present number',
      { [PRESENT]: [PRESENT, SAME_DAY], [SAME_DAY]: [SAME_DAY, PRESENT] },
    ],
    [
      'across dates of birth',
      { [PRESENT]: [PRESENT, OTHER_DAY], [OTHER_DAY]: [PRESENT, OTHER_DAY] },
    ],
  ])('are not believed %s, and what may be missing is told', async (_, answers) => {
    expect(await find(PRESENT, answers)).toEqual([[], false])
  })

  it('are not believed of a help number, which says no date', async () => {
    const help = [...Array(100).keys()]
      .map((end) => `${HELP_NUMBER.slice(0, 9)}${String(end).padStart(2, '0')}`)
      .find(isNumber)
    const all = [PRESENT, help ?? '']
    expect(help).toBeDefined()
    expect(await find(PRESENT, { [PRESENT]: all, [help ?? '']: all })).toEqual([[], false])
  })

  it('spoil no link that holds', async () => {
    const all = [PRESENT, FORMER, SAME_DAY]
    const answers = { [PRESENT]: all, [FORMER]: all, [SAME_DAY]: [SAME_DAY] }
    expect(await find(PRESENT, answers)).toEqual([[FORMER], false])
  })
})

describe('What base data said', () => {
  const both = [PRESENT, FORMER]
  const MINUTE = 60_000
  const start = (most?: number) => {
    const asked: string[] = []
    const state = { nowMs: 0, isOut: false }
    const said = saying({ [PRESENT]: both, [FORMER]: both, [OTHER_DAY]: [] }, asked)
    const ask: AskNumbers = (one, until) =>
      state.isOut ? Promise.reject(new Error('base data are out')) : said(one, until)
    const remembered = rememberNumbers(ask, {
      now: () => state.nowMs,
      ...(most !== undefined && { most }),
    })
    const numbersOf = async (value: string) =>
      (await remembered(parse(value), signal)).map(identifierToken)
    return { state, asked, numbersOf }
  }

  it('is asked once in ten minutes, and used for an hour where they are out', async () => {
    const { state, asked, numbersOf } = start()
    const first = await numbersOf(PRESENT)
    expect(await numbersOf(PRESENT)).toEqual(first)
    expect(asked).toHaveLength(1)
    state.nowMs = 11 * MINUTE
    await numbersOf(PRESENT)
    expect(asked).toHaveLength(2)
    state.isOut = true
    state.nowMs = 60 * MINUTE
    expect(await numbersOf(PRESENT)).toEqual(first)
    state.nowMs = 72 * MINUTE
    await expect(numbersOf(PRESENT)).rejects.toThrow('out')
  })

  it('is forgotten of whoever was asked about longest ago', async () => {
    const { asked, numbersOf } = start(2)
    for (const one of [PRESENT, FORMER, OTHER_DAY, FORMER, PRESENT]) await numbersOf(one)
    expect(asked).toEqual([PRESENT, FORMER, OTHER_DAY, PRESENT])
  })
})

function isNumber(text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}
