/** Signs of misuse in a log. Rules as data: limits are a matter of each organisation's log control. */
export const misuseRules = {
  /** More different patients in an hour than the work of the role explains, hardly any of them written about afterwards. */
  BULK: {
    about: 'Many different patients in one hour',
    windowMs: 3_600_000,
    /** Least number of different patients in the window. */
    patients: 40,
  },
  /** The patient works in the same organisation, and the access has no decision but the user's own. */
  COLLEAGUE: { about: 'A colleague’s record, without a decision of others' },
  /** Patient and user share a family name that few bear, and the access has no decision but the user's own. */
  FAMILY_NAME: {
    about: 'The user’s own family name, without a decision of others',
    /** Most people who may bear the name for it to tell something. */
    bearers: 200,
  },
  /** At night, by somebody who otherwise is not there at night, without a decision of others. */
  NIGHT: {
    about: 'At night, by who does not work nights, without a decision of others',
    fromHour: 0,
    untilHour: 5,
    /** Greatest share of a user's other accesses that lie at night. */
    usualShare: 0.02,
    /** Least number of accesses by which a habit is known. */
    known: 20,
    timeZone: 'Europe/Oslo',
  },
} as const

export type MisuseRule = keyof typeof misuseRules
