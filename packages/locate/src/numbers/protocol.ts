import { z } from 'zod'

/** What base data and those who ask them for a person's numbers agree on. */
export const numbersAudience = 'kilde:persons'
export const numbersScope = 'kilde:persons/read'
/** Below the base URL of base data. By POST: no number stands in an address. */
export const numbersPath = '/persons/numbers'

/** D-number, common help number, national identity number, and one that was corrected. As many as a person has evaluated at once. */
const MOST_NUMBERS = 4

/** A number, and the others of the same person, the present one first; none where nobody is known by it. */
export const NumbersAnswer = z
  .object({ numbers: z.array(z.string().max(100)).max(MOST_NUMBERS).readonly() })
  .readonly()
