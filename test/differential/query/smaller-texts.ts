import { type ASTNode, type DocumentNode, parse, print, validate, visit } from 'graphql'
import { clientSchema } from '../schema.js'

/** The operation with one selection, argument or directive less, each way that is still valid. */
export function* smallerTexts(text: string): Generator<string> {
  const document = parse(text, { noLocation: true })
  const count = countParts(document)
  for (let part = 0; part < count; part += 1) {
    const smaller = tidy(withoutPart(document, part))
    if (smaller && validate(clientSchema, smaller).length === 0) yield print(smaller)
  }
}

const PARTS = new Set([
  'Field',
  'InlineFragment',
  'FragmentSpread',
  'Directive',
  'Argument',
  'ObjectField',
])

function countParts(document: DocumentNode): number {
  let count = 0
  visit(document, {
    enter({ kind }: ASTNode) {
      if (PARTS.has(kind)) count += 1
    },
  })
  return count
}

function withoutPart(document: DocumentNode, part: number): DocumentNode {
  let at = -1
  return visit(document, {
    enter({ kind }: ASTNode) {
      if (!PARTS.has(kind)) return undefined
      at += 1
      return at === part ? null : undefined
    },
  }) as DocumentNode
}

/** Takes away what nothing refers to any more; undefined where a selection became empty. */
function tidy(document: DocumentNode): DocumentNode | undefined {
  const spreads = new Set<string>()
  const variables = new Set<string>()
  let empty = false
  const tidied: DocumentNode = visit(document, {
    FragmentSpread: ({ name }) => void spreads.add(name.value),
    SelectionSet({ selections }) {
      if (selections.length === 0) empty = true
    },
  })
  const definitions = tidied.definitions.filter(
    (definition) => definition.kind !== 'FragmentDefinition' || spreads.has(definition.name.value),
  )
  const used: DocumentNode = { ...tidied, definitions }
  visit(used, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void variables.add(name.value),
  })
  const clean = visit(used, {
    VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null),
  }) as DocumentNode
  return empty ? undefined : clean
}
