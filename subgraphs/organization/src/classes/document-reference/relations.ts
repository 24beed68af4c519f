import { identifierSystems } from '@kilde/contract'
import type { DocumentElements } from './elements.js'

const PERSONS: readonly string[] = Object.values(identifierSystems)

const RELATIONS: Readonly<Record<string, string>> = {
  replaces: 'REPLACES',
  transforms: 'TRANSFORMS',
  signs: 'SIGNS',
  appends: 'APPENDS',
}

/** Which documents it stands in for or belongs to, by business identifier: ids of the sender's own lead nowhere for others. */
export const relationsOf = ({ relatesTo = [] }: Pick<DocumentElements, 'relatesTo'>) =>
  relatesTo.flatMap(({ code, target }) => {
    const relation = RELATIONS[code ?? '']
    if (relation === undefined) return []
    const { identifier, display } = target ?? {}
    const isTold = identifier?.value !== undefined && !PERSONS.includes(identifier.system ?? '')
    return [{ relation, identifier: isTold ? identifier : undefined, display }]
  })
