import { buildASTSchema, isObjectType, parse } from 'graphql'
import { mergeOf } from './lint/shape.js'
import { sharingSdl } from './sdl.js'

/**
 * Most lists of a patient in one question, whatever they are called: as many as a chart of everything has, with those that are parts of
 * others.
 */
export const MOST_LISTS: number = countLists()

function countLists(): number {
  const types = Object.values(
    buildASTSchema(parse(sharingSdl), { assumeValidSDL: true }).getTypeMap(),
  )
  const asked = types.filter(isObjectType).flatMap((type) =>
    Object.values(type.getFields()).filter((field) => {
      const { strategy } = mergeOf(field)
      return (
        strategy === 'PART' ||
        (type.name === 'Patient' && strategy !== undefined && strategy !== 'PARTS')
      )
    }),
  )
  return asked.length
}
