import { Kind, parse, visit } from 'graphql'
import { sharingSdl } from './sdl.js'

/** Most lists of a patient in one question, whatever they are called: as many as a chart of everything has. */
export const MOST_LISTS: number = countLists()

function countLists(): number {
  let lists = 0
  visit(parse(sharingSdl), {
    ObjectTypeDefinition: ({ name }) => (name.value === 'Patient' ? undefined : false),
    FieldDefinition: ({ directives = [] }) => {
      if (directives.some(({ kind, name }) => kind === Kind.DIRECTIVE && name.value === 'merge')) {
        lists += 1
      }
      return false
    },
  })
  return lists
}
