import { below, collect, partOf } from '@kilde/contract'
import { type FieldNode, getArgumentValues, getNamedType, isObjectType } from 'graphql'
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
    const opened = first && part && partOf(patient, whole, { field: part, node: first })
    if (!opened) return []
    const args = getArgumentValues(opened.field, opened.node, { ...variables })
    return [[`${key}.${partKey}`, { name: opened.field.name, args, nodes: partNodes }] as const]
  })
}
