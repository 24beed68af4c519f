/** Class of data of a merged field that names none by `@merge(dataClass:)`; agreements name classes. */
export const DATA_CLASS = 'Observation'

/** Classes of data that these fields are about, each once. */
export const classesOf = (
  fields: readonly { readonly classes: readonly string[] }[],
): readonly string[] => [...new Set(fields.flatMap(({ classes }) => classes))].sort()
