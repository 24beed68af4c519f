import { type Answer, isFree, scoreOf } from './answers.js'
import type { Definition } from './definition.js'
import type { AnswerElements, ItemElements } from './elements.js'

/** One question, group or text of a response, in its place among all of them. */
export interface Item {
  /** From 1 on, in the order of the questionnaire. */
  readonly place: number
  /** 0 at the top. */
  readonly level: number
  /** `place` of the item that it stands under. */
  readonly parent: number | undefined
  /** Which answer of the parent it stands under, from 1 on. */
  readonly parentAnswer: number | undefined
  readonly linkId: string
  readonly text: string | undefined
  readonly answer: readonly Answer[]
  readonly code: readonly { readonly system?: string | undefined; readonly code: string }[]
}

/** All items of a response as one list: GraphQL has no lists of any depth. */
export function itemsOf(
  items: readonly ItemElements[],
  definition: Definition | undefined,
  withoutFreeText: boolean,
): readonly Item[] {
  const all: Item[] = []
  const add = (sent: ItemElements, at: Pick<Item, 'level' | 'parent' | 'parentAnswer'>): void => {
    const place = all.length + 1
    const { linkId, answer: answers = [] } = sent
    const defined = definition?.itemOf(linkId)
    all.push({
      ...{ ...at, place, linkId },
      text: sent.text ?? defined?.text,
      answer: answers.filter(isAnswer).map((one) => ({
        sent: one,
        score: scoreOf(one, defined, definition?.elements),
        isWithheld: withoutFreeText && isFree(one),
      })),
      code: (defined?.code ?? []).flatMap(({ code, ...rest }) =>
        code === undefined ? [] : [{ ...rest, code }],
      ),
    })
    const level = at.level + 1
    for (const one of sent.item ?? []) {
      add(one, { level, parent: place, parentAnswer: undefined })
    }
    answers.forEach((answer, index) => {
      for (const one of answer.item ?? []) {
        add(one, { level, parent: place, parentAnswer: index + 1 })
      }
    })
  }
  for (const one of items) add(one, { level: 0, parent: undefined, parentAnswer: undefined })
  return all
}

/** Some senders write an answer that holds nothing but further items. */
const isAnswer = (answer: AnswerElements): boolean =>
  Object.keys(answer).some((name) => name.startsWith('value'))
