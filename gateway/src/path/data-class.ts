/** Class of data of a merged field that names none by `@merge(dataClass:)`; agreements name classes. */
export const DATA_CLASS = 'Observation'
