import { registrySdl, sharingSdl } from '@kilde/contract'
import { type DocumentNode, Kind, parse } from 'graphql'

const contract = { sharing: sharingSdl, registry: registrySdl }

/**
 * How a supergraph differs from the contract of this gateway. Plans are made of both: of the supergraph which fetches there are, of
 * the contract how they are answered.
 * @param name which part of the contract
 */
export function contractFaults(supergraph: DocumentNode, name: keyof typeof contract): string[] {
  const composed = fieldsByType(supergraph)
  const own = fieldsByType(parse(contract[name], { noLocation: true }))
  const missing = [...own].flatMap(([type, fields]) =>
    [...fields]
      .filter((field) => !composed.get(type)?.has(field))
      .map((field) => `${type}.${field}`),
  )
  return missing.length === 0
    ? []
    : [`\`${name}\` is of another version of the contract: ${some(missing)} missing`]
}

/** Names of fields of object types and input types, by type. */
function fieldsByType(document: DocumentNode): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION
        ? [[node.name.value, new Set((node.fields ?? []).map(({ name }) => name.value))] as const]
        : [],
    ),
  )
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  const more =
    names.length > 3 ? ` and ${names.length - 3} more are` : names.length > 1 ? ' are' : ' is'
  return shown + more
}
