import type { GraphQLObjectType } from 'graphql'
import type { ScanParts } from '../rows/scan.js'
import { bytesOf } from '../rows/scan-json.js'
import { compileRow } from '../rows/scan-value.js'
import {
  type Contract,
  classesFromOf,
  dataClassOf,
  mergeStrategyOf,
  objectTypeOf,
} from './contract.js'
import type { LatestField, Merged, MergedField, MergedRows, UnionField } from './merge-plan.js'
import { partStrategies } from './part-strategies.js'
import { type Below, type Selection, strategyAt } from './select.js'
import { sourceAlias } from './source-query.js'
import { objectOf, unsupported } from './unsupported.js'

/** What each field below `patient` becomes. @throws GatewayError `UNSUPPORTED_FETCH` */
export function compileFields(
  contract: Contract,
  selection: Selection,
  parts: ScanParts,
): MergedField[] {
  const merged = selection.filter(({ name }) => name !== '__typename' && name !== 'id')
  return merged.map(({ key, field, nodes: [node], below, part }, index) => {
    if (!field || !node || below?.kind !== 'OBJECT') throw unsupported(`${key} cannot be merged`)
    const { type, fields } = below
    const alias = JSON.stringify(sourceAlias(index))
    const heads = { first: bytesOf(`${alias}:`), next: bytesOf(`,${alias}:`) }
    const dataClass = dataClassOf(field)
    const classes = { dataClass, classesFrom: classesFromOf(field) }
    const ofWhole = part === undefined ? {} : { ofWhole: part }
    const asked = { responseKey: key, node, field, type, fields, ...ofWhole }
    const base: Merged = { index, heads, ...asked, ...classes }
    switch (mergeStrategyOf(field) ?? '') {
      case 'UNION':
        return compileUnion(base, parts)
      case 'LATEST':
        return compileLatest(base, parts)
      case 'FOLD':
        return { ...base, strategy: 'FOLD', part: partStrategies.FOLD(field, type) }
      case 'PREFER':
        return { ...base, strategy: 'PREFER', part: partStrategies.PREFER(field, type) }
      case 'EACH':
        return { ...base, strategy: 'EACH', part: partStrategies.EACH(field, type) }
      default:
        throw unsupported(`${contract.patient.name}.${field.name} cannot be merged`)
    }
  })
}

function compileUnion(base: Merged, parts: ScanParts): UnionField {
  const edge = objectFieldType(base.type, 'edges')
  const row = objectFieldType(edge, 'node')
  const shown = base.fields.flatMap((selected) => {
    if (selected.name === 'nodes') return [selected.below]
    if (selected.name !== 'edges') return []
    return objectOf(selected.below).fields.flatMap(({ name, below }) =>
      name === 'node' ? [below] : [],
    )
  })
  const wantsCount = base.fields.some(({ name }) => name === 'totalCount')
  const marked = (strategy: string) =>
    base.fields.filter((selected) => strategyAt(selected) === strategy).map(({ name }) => name)
  const [rivalMarks, unclaimedMarks] = [marked('MARK_RIVALS'), marked('MARK_UNCLAIMED')]
  const rows = placesOf(base, row, shown, parts)
  const asksRivals = rows.marks.rivals || rivalMarks.length + unclaimedMarks.length > 0
  const marks = { ...rows.marks, rivals: asksRivals }
  return { ...base, strategy: 'UNION', row, ...rows, marks, wantsCount, rivalMarks, unclaimedMarks }
}

function compileLatest(base: Merged, parts: ScanParts): LatestField {
  const item = objectFieldType(base.type, 'items')
  const row = objectFieldType(objectFieldType(item, 'edges'), 'node')
  const shownAs = Object.values(item.getFields()).find((field) => objectTypeOf(field) === row)?.name
  if (shownAs === undefined) throw unsupported(`${base.field.name} shows no row`)
  const shown = base.fields
    .filter(({ name }) => name === 'items')
    .flatMap(({ below }) => objectOf(below).fields)
    .flatMap(({ name, below }) => (name === shownAs ? [below] : []))
  return { ...base, strategy: 'LATEST', row, shownAs, ...placesOf(base, row, shown, parts) }
}

function objectFieldType(type: GraphQLObjectType, name: string): GraphQLObjectType {
  const field = type.getFields()[name]
  const found = field && objectTypeOf(field)
  if (!found) throw unsupported(`${type.name}.${name} is no object`)
  return found
}

function placesOf(
  { index }: Merged,
  row: GraphQLObjectType,
  shown: readonly (Below | undefined)[],
  parts: ScanParts,
): Pick<MergedRows, 'places' | 'marks'> {
  const selections = shown.map((below) => objectOf(below).fields)
  const strategies = new Set(selections.flat().map(strategyAt))
  return {
    places: selections.map((fields, place) => {
      const alias = `r${index}_${place}`
      const scan = compileRow(row.name, fields, parts)
      return { alias, head: bytesOf(`,"${alias}":`), fields, scan }
    }),
    marks: {
      conflict: strategies.has('MARK_CONFLICT'),
      duplicates: strategies.has('MARK_POSSIBLE_DUPLICATE'),
      rivals: strategies.has('MARK_RIVALS'),
    },
  }
}
