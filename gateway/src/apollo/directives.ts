import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql'

export const MERGE_SPECIFICATION = 'https://specs.kilde.example/merge/'

/** An argument as text: a string, an enum value or a boolean. */
export function argumentText(directive: ConstDirectiveNode, argument: string): string | undefined {
  const value = directive.arguments?.find(({ name }) => name.value === argument)?.value
  if (value?.kind === Kind.STRING || value?.kind === Kind.ENUM) return value.value
  return value?.kind === Kind.BOOLEAN ? String(value.value) : undefined
}

/** The specifications that a schema declares: `@link`, or `@core` as it was before. */
export const linksOf = (document: DocumentNode): readonly ConstDirectiveNode[] =>
  document.definitions
    .flatMap((node) => (node.kind === Kind.SCHEMA_DEFINITION ? (node.directives ?? []) : []))
    .filter(({ name }) => name.value === 'link' || name.value === 'core')

export const isMergeLink = (directive: ConstDirectiveNode): boolean =>
  directive.name.value === 'link' &&
  (argumentText(directive, 'url') ?? '').startsWith(MERGE_SPECIFICATION)
