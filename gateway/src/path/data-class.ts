/** Class of data that the merged fields of `Patient` carry; agreements name classes. */
export const DATA_CLASS = 'Observation'
