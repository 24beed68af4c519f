import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from 'graphql'
import { argumentText, linksOf } from './directives.js'

/** What `@apollo/gateway` 2.14 knows of the features that a supergraph declares as needed to run it. */
const RUNNABLE = new Set([
  'core/v0.1',
  'core/v0.2',
  'join/v0.1',
  'join/v0.2',
  'join/v0.3',
  'join/v0.4',
  'join/v0.5',
  'tag/v0.1',
  'tag/v0.2',
  'tag/v0.3',
  'inaccessible/v0.1',
  'inaccessible/v0.2',
])

/** Nobody enforces these here, however they are declared: to load such a supergraph would be to ignore them. */
const ALWAYS_REFUSED = ['authenticated', 'requiresScopes', 'policy', 'context', 'connect', 'source']

/** Everything in a supergraph that would be refused in a planner's words, or answered wrongly without any. */
export function graphFaults(document: DocumentNode): string[] {
  return [...featureFaults(document), ...requiresFaults(document), ...keyFaults(document)]
}

function featureFaults(document: DocumentNode): string[] {
  const features = linksOf(document).map((link) => ({
    feature: (argumentText(link, 'url') ?? argumentText(link, 'feature') ?? '').replace(
      'https://specs.apollo.dev/',
      '',
    ),
    purpose: argumentText(link, 'for'),
  }))
  if (!features.some(({ feature }) => feature.startsWith('join/'))) {
    return ['it is no supergraph: it does not link the join specification']
  }
  return features
    .filter(({ feature, purpose }) => isRefused(feature, purpose))
    .map(({ feature, purpose }) => {
      const need = purpose === undefined ? '' : ` (for: ${purpose})`
      return `it uses ${feature}${need}, which this gateway does not carry out`
    })
}

function isRefused(feature: string, purpose: string | undefined): boolean {
  const [name = ''] = feature.split('/')
  if (ALWAYS_REFUSED.includes(name)) return true
  return (purpose !== undefined || name === 'join') && !RUNNABLE.has(feature)
}

/** A client's own arguments of the required field would replace them, silently. */
function requiresFaults(document: DocumentNode): string[] {
  return fieldsOf(document).flatMap(({ type, field }) =>
    applied(field.directives, 'join__field')
      .flatMap((join) => withArguments(argumentText(join, 'requires')))
      .map(
        (required) =>
          `${type}.${field.name.value} requires \`${required}\`: arguments in @requires give wrong answers`,
      ),
  )
}

function withArguments(fieldSet: string | undefined): string[] {
  if (fieldSet === undefined) return []
  const found: FieldNode[] = []
  const note = (node: FieldNode) => void (node.arguments?.length && found.push(node))
  visit(parse(`{ ${fieldSet} }`, { noLocation: true }), { Field: (node) => note(node) })
  return found.map((node) =>
    print({ kind: node.kind, name: node.name, arguments: node.arguments ?? [] }),
  )
}

/** What a field requires is fetched elsewhere and brought back by a key of the type: there must be one that can be resolved. */
function keyFaults(document: DocumentNode): string[] {
  return typesOf(document).flatMap(({ name, directives, fields = [] }) => {
    const keys = applied(directives, 'join__type').filter(
      (join) => argumentText(join, 'key') !== undefined,
    )
    const resolvable = new Set(
      keys
        .filter((join) => argumentText(join, 'resolvable') !== 'false')
        .map((join) => argumentText(join, 'graph')),
    )
    const requiring = fields
      .flatMap((field) => applied(field.directives, 'join__field'))
      .filter((join) => argumentText(join, 'requires') !== undefined)
      .map((join) => argumentText(join, 'graph'))
    return [...new Set(requiring)]
      .filter((graph) => !resolvable.has(graph))
      .map(
        (graph) =>
          `${name.value} requires fields in ${graph}, which has no key by which it can be asked for it`,
      )
  })
}

function fieldsOf(document: DocumentNode): { type: string; field: FieldDefinitionNode }[] {
  return typesOf(document).flatMap(({ name, fields = [] }) =>
    fields.map((field) => ({ type: name.value, field })),
  )
}

const typesOf = (document: DocumentNode) =>
  document.definitions.filter(
    (node): node is ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION,
  )

const applied = (directives: readonly ConstDirectiveNode[] = [], directive: string) =>
  directives.filter(({ name }) => name.value === directive)
