import type { Random } from '../random.js'

export interface VariableDraft {
  readonly name: string
  readonly kind: keyof typeof kinds
  /** True where it must be given. */
  readonly required: boolean
}

/** GraphQL types of the variables that queries use. */
const kinds = {
  flag: 'Boolean',
  first: 'Int',
  after: 'Cursor',
  order: 'Order',
  filter: 'ObservationFilter',
  planFilter: 'CarePlanFilter',
  codes: '[Code!]',
  latest: '[Code!]',
  unit: 'UcumUnit',
  sources: '[OrganizationNumber!]',
  completion: 'CompletionPolicy',
  number: 'OrganizationNumber',
  instant: 'DateTime',
} as const

/** A merged field of the patient, with its arguments; what is selected below it may stand at several places. */
export interface FieldDraft {
  readonly key: string
  /** Alias, name and arguments. */
  readonly head: string
  readonly type: string
  /** The variable of its cursor, where its pages are followed. */
  readonly after: string | undefined
}

/** An operation in the making. */
export interface Drawing {
  readonly random: Random
  readonly variables: (VariableDraft & { readonly text: string })[]
  readonly fragments: { readonly name: string; readonly type: string; readonly text: string }[]
  /** For each type, which field a response key stands for: the same key means the same everywhere, so that all can merge. */
  readonly keys: Map<string, string>
  /** Fields that may still be drawn. */
  budget: number
  /** A variable of that kind, old or new; its name. */
  variable(kind: keyof typeof kinds, required: boolean): string
}

const DEFAULTS: Partial<Record<keyof typeof kinds, string>> = {
  first: '7',
  order: 'OLDEST_FIRST',
  flag: 'true',
  filter: '{status: [FINAL, AMENDED]}',
  planFilter: '{status: [ACTIVE, DRAFT]}',
}

export function startDrawing(random: Random): Drawing {
  const variables: Drawing['variables'] = []
  return {
    random,
    variables,
    fragments: [],
    keys: new Map(),
    budget: random.between(5, 50),
    variable(kind, required) {
      const known = variables.filter(
        (variable) => variable.kind === kind && variable.required === required,
      )
      // A cursor belongs to one list.
      if (known.length > 0 && kind !== 'after' && random.chance(0.6)) return random.pick(known).name
      const name = `${kind}${variables.length}`
      const fallback = !required || kind === 'flag' ? DEFAULTS[kind] : undefined
      const defaulted = fallback !== undefined && random.chance(0.3)
      const text = `$${name}: ${kinds[kind]}${required && !defaulted ? '!' : ''}${defaulted ? ` = ${fallback}` : ''}`
      variables.push({ name, kind, required: required && !defaulted, text })
      return name
    },
  }
}
