/**
 * Rows that few of a patient's are: what is outside a range, and what is no vital sign. Looked for in the order of time they would
 * be found behind all others.
 */
export const FEW_OF_MANY = [
  'set local statement_timeout = 0',
  `create index observation_abnormal on observation (patient, t desc, identity desc, id desc)
    where abnormal`,
  `create index observation_category on observation (patient, t desc, identity desc, id desc)
    where category <> '{vital-signs}'`,
]
