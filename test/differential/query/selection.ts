import { type GraphQLField, getNamedType, isObjectType } from 'graphql'
import { clientSchema } from '../schema.js'
import type { Drawing, FieldDraft } from './drawing.js'

/** How deep fields of a type that contains itself may be nested. */
const MOST_DEPTH = 8

/** Fields without which a list says little: drawn far more often than others. */
const LIKELY = new Set([
  'nodes',
  'edges',
  'node',
  'sources',
  'complete',
  'provenance',
  'number',
  'name',
  'id',
  'status',
  'items',
  'observation',
  'newerMayExist',
  'buckets',
  'count',
  'mean',
  'standardDeviation',
  'variants',
  'value',
  'conflict',
  'activeBeside',
])

/** What could be mistaken for something else on its way: names of other fields, of JavaScript, of the gateway's own aliases. */
const EVIL = [
  'constructor',
  'toString',
  'hasOwnProperty',
  'm0',
  'r0_0',
  'r0_1',
  'node',
  'cursor',
  'data',
  'nodes',
  '_',
]

/** `{ … }` over a type: fields, fragments, directives, `__typename`, the same field twice. */
export function selectionOf(
  drawing: Drawing,
  typeName: string,
  depth: number,
  lists: readonly FieldDraft[],
): string {
  const parts =
    typeName === 'Patient' ? patientParts(drawing, lists) : fieldParts(drawing, typeName, depth)
  const again = drawing.random.some(parts, 0.08)
  const texts = wrapped(drawing, typeName, drawing.random.shuffled([...parts, ...again]))
  return `{ ${texts.join(' ')} }`
}

function patientParts(drawing: Drawing, lists: readonly FieldDraft[]): string[] {
  const { random } = drawing
  const own = random.some(['id', '__typename', 'handle: id'], 0.2)
  if (lists.length === 0) own.push('__typename')
  const drawn = lists.flatMap((list) => {
    // Selected below two nodes of one key, which belong together.
    const places = random.chance(0.15) ? 2 : 1
    return Array.from({ length: places }, (_, place) => {
      const walk = place === 0 && list.after !== undefined ? WALK : ''
      const inner = selectionOf(drawing, list.type, 1, [])
      return `${withDirective(drawing, list.head, 0.04)} { ${walk} ${inner.slice(1)}`
    })
  })
  return [...own, ...drawn]
}

const WALK =
  'w_page: pageInfo { w_more: hasNextPage w_endCursor: endCursor } w_edges: edges { w_cursor: cursor }'

function fieldParts(drawing: Drawing, typeName: string, depth: number): string[] {
  const { random } = drawing
  const type = clientSchema.getType(typeName)
  if (!isObjectType(type)) throw new Error(`${typeName} is no object`)
  const fields = Object.values(type.getFields())
  const share = Math.min(0.5, 4 / fields.length)
  const drawn = fields.filter(({ name }) => random.chance(LIKELY.has(name) ? 0.6 : share))
  const chosen = drawn.length > 0 ? drawn : [random.pick(fields)]
  const parts = chosen.flatMap((field) => fieldText(drawing, typeName, field, depth) ?? [])
  if (parts.length === 0 || random.chance(0.12))
    parts.push(random.chance(0.3) ? 'kind_of: __typename' : '__typename')
  return parts
}

function fieldText(
  drawing: Drawing,
  typeName: string,
  field: GraphQLField<unknown, unknown>,
  depth: number,
): string | undefined {
  const named = getNamedType(field.type)
  const inner = isObjectType(named)
  if (drawing.budget <= 0 || (inner && depth >= MOST_DEPTH)) return undefined
  drawing.budget -= 1
  const head = headOf(drawing, typeName, field)
  if (!inner) return withDirective(drawing, head)
  return `${withDirective(drawing, head)} ${selectionOf(drawing, named.name, depth + 1, [])}`
}

const UNITS = ['kg', 'g', 'mmol/L', 'mg/dL', '/min', 'Cel', '[degF]', 'mm[Hg]', '%']

/** Alias, name and arguments; a key stands for the same field and arguments wherever the type is met. */
function headOf(drawing: Drawing, typeName: string, field: GraphQLField<unknown, unknown>): string {
  const args = field.args.length > 0 ? unitArgument(drawing) : ''
  const means = `${field.name}${args}`
  const key = keyFor(drawing, typeName, field, means)
  return key === field.name ? means : `${key}: ${means}`
}

function unitArgument(drawing: Drawing): string {
  const { random } = drawing
  return random.chance(0.3)
    ? `(unit: $${drawing.variable('unit', true)})`
    : `(unit: "${random.pick(UNITS)}")`
}

function keyFor(
  { random, keys }: Drawing,
  typeName: string,
  field: GraphQLField<unknown, unknown>,
  means: string,
): string {
  const named = getNamedType(field.type).name
  const masked = named === 'Cursor' || named === 'Milliseconds'
  const wishes = [
    ...(random.chance(0.04) && !masked ? [random.pick(EVIL)] : []),
    ...(random.chance(0.15) ? [`a_${field.name}`] : []),
    field.name,
    ...Array.from({ length: 30 }, (_, index) => `a${index}_${field.name}`),
  ]
  const free = wishes.find((wish) => (keys.get(`${typeName}.${wish}`) ?? means) === means)
  if (free === undefined) throw new Error('no free response key')
  keys.set(`${typeName}.${free}`, means)
  return free
}

export function withDirective(drawing: Drawing, text: string, share = 0.06): string {
  const { random } = drawing
  if (!random.chance(share)) return text
  const value = (): string =>
    random.chance(0.8) ? `$${drawing.variable('flag', true)}` : random.pick(['true', 'false'])
  const names = random.pick([['@skip'], ['@include'], ['@include'], ['@skip', '@include']])
  return `${text} ${names.map((name) => `${name}(if: ${value()})`).join(' ')}`
}

/** Puts some of the selections into inline or named fragments, also into one of those that are there already. */
function wrapped(drawing: Drawing, typeName: string, parts: readonly string[]): string[] {
  const { random, fragments } = drawing
  const texts = [...parts]
  if (random.chance(0.15)) {
    const inside = texts.splice(0, random.between(1, texts.length))
    const condition = random.chance(0.6) ? `... on ${typeName}` : '...'
    texts.push(
      `${withDirective(drawing, condition, 0.3)} { ${wrapped(drawing, typeName, inside).join(' ')} }`,
    )
  }
  if (random.chance(0.15) && texts.length > 0) {
    const inside = texts.splice(0, random.between(1, texts.length))
    const name = `F${fragments.length}`
    fragments.push({
      name,
      type: typeName,
      text: `fragment ${name} on ${typeName} { ${inside.join(' ')} }`,
    })
    texts.push(withDirective(drawing, `...${name}`, 0.2))
  }
  const known = fragments.filter(({ type }) => type === typeName)
  if (known.length > 0 && random.chance(0.15) && typeName !== 'Patient')
    texts.push(`...${random.pick(known).name}`)
  return texts
}
