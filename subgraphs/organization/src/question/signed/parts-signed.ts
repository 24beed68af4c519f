import { below, collect, joinedParts, partOf } from '@kilde/contract'
import {
  type FieldNode,
  type GraphQLField,
  getArgumentValues,
  getNamedType,
  isObjectType,
} from 'graphql'
import { mergeStrategyOf } from '../merge-strategy.js'
import { typeNamed, type WrittenField } from '../root.js'
import type { DocumentContext } from './paths.js'

/**
 * Whoever signs a field that the gateway makes of several (`PARTS`) signs those: they are what a node is asked for. By names that no
 * field of a document can have beside them.
 */
export function partsSigned(
  key: string,
  nodes: readonly FieldNode[],
  { fragments, variables }: DocumentContext,
): readonly (readonly [string, WrittenField])[] {
  const patient = typeNamed('Patient')
  const [node] = nodes
  const field = patient.getFields()[node?.name.value ?? '']
  const type = getNamedType(field?.type)
  if (!node || !field || !isObjectType(type)) return []
  const whole = { field, node }
  const selected = collect(type, below(nodes), fragments, variables)
  return [...selected].flatMap(([partKey, partNodes]) => {
    const [first] = partNodes
    const part = type.getFields()[first?.name.value ?? '']
    if (!first || !part) return []
    const joined = mergeStrategyOf(part) === 'JOIN' ? joinedIn(part) : []
    const asked = joined.length > 0 ? joined : [{ field: part, node: first, nodes: partNodes }]
    return asked.flatMap((asking) => {
      const opened = partOf(patient, whole, asking)
      if (!opened) return []
      const args = getArgumentValues(opened.field, opened.node, { ...variables })
      const written = { name: opened.field.name, args, nodes: asking.nodes }
      return [[`${key}.${partKey}.${asking.field.name}`, written] as const]
    })
  })
}

/** Whoever signs what the gateway makes of its own questions signs these. */
function joinedIn({ type }: GraphQLField<unknown, unknown>) {
  const made = getNamedType(type)
  return isObjectType(made)
    ? joinedParts(made).map((asking) => ({ ...asking, nodes: [asking.node] }))
    : []
}
