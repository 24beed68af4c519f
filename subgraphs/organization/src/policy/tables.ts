import { z } from 'zod'
import { resourceClasses } from '../classes/index.js'

const role = z.string().regex(/^[A-Z]{2}\d?$/)
const roles = z.array(role).max(60).readonly()
const dataClass = z.string().regex(/^[A-Z][A-Za-z]{0,63}$/)
const ageRule = z.enum(['OPEN', 'RESTRICTED', 'CLOSED'])
const bandName = z.string().regex(/^[A-Z][A-Z0-9_]{0,30}$/)
const label = z.string().regex(/^[A-Z][A-Z0-9_]{0,30}$/)

/**
 * Elements of FHIR resources that may be left out, by class: each is a field of its own in the contract, is in no other field, and
 * the contract lets it be absent. So a field that is left out cannot be had by another path.
 */
const leavable: ReadonlyMap<string, readonly string[]> = new Map([
  ['Observation', ['bodySite', 'device', 'method', 'note']],
  ...resourceClasses.map((one) => [one.name, one.leavable] as const),
])

/** A data-minimisation profile: holds for a request that fits everything that it names. */
const profile = z
  .strictObject({
    about: z.string().min(1).max(300),
    roles: roles.optional(),
    purposes: z.array(z.string()).max(20).readonly().optional(),
    /** Every purpose but these: one that comes anew is within. */
    exceptPurposes: z.array(z.string()).max(20).readonly().optional(),
    /** The patient's address is confidential (true), or known not to be (false). */
    addressConfidential: z.boolean().optional(),
    assistant: z.boolean().optional(),
    /** The age rule is `RESTRICTED`. */
    restricted: z.boolean().optional(),
    dataClass,
    leaveOut: z.array(z.string()).readonly().optional(),
    /** Nothing of the class. */
    closed: z.literal(true).optional(),
  })
  .superRefine(({ dataClass: of, leaveOut = [] }, context) => {
    const may = leavable.get(of) ?? []
    if (leaveOut.every((element) => may.includes(element))) return
    const names =
      may.length === 0 ? 'nothing' : `only ${may.map((name) => `\`${name}\``).join(', ')}`
    const message = `Of class ${of} ${names} can be left out.`
    context.addIssue({ code: 'custom', path: ['leaveOut'], message })
  })
  .readonly()

const ageRules = z.record(bandName, ageRule).readonly()
/** Codes of code system 9603 that are shown. A row with any other is closed. */
const shown = z.strictObject({ shown: z.array(label).max(50).readonly() }).readonly()

/** Rules that are tables, beside those in Cedar: both are one bundle. */
export const PolicyTables = z
  .strictObject({
    version: z.number().int().min(1),
    /** Codes of code system 9060 that are health personnel: not fish (FB), not animals (VE), not unknown (XX). */
    healthPersonnel: roles,
    breakGlass: z
      .strictObject({
        roles,
        /** Least length of the reason. */
        reasonCharacters: z.number().int().min(1).max(500),
        /** How long after an ordinary question the second step may follow. */
        firstStepMinutes: z.number().int().min(1).max(240),
        /** How long it lasts: at most 8 hours. */
        hours: z.number().min(0.1).max(8),
        /** After how long without a review the alarm sounds. */
        reviewDays: z.number().min(0.1).max(30),
      })
      .readonly(),
    minimisation: z.array(profile).max(500).readonly(),
    ages: z
      .strictObject({
        /** From the youngest; the last has no upper end. */
        bands: z
          .array(z.strictObject({ name: bandName, below: z.number().int().min(1).optional() }))
          .min(1)
          .max(10)
          .readonly(),
        /** What is not listed is `CLOSED`. */
        rules: z
          .strictObject({
            SELF: ageRules,
            PARENT: ageRules,
            POWER_OF_ATTORNEY: ageRules,
            UNABLE_TO_CONSENT: ageRules,
          })
          .readonly(),
      })
      .readonly(),
    labels: z
      .strictObject({
        professional: shown,
        SELF: shown,
        /** The patient, from the last age band. */
        SELF_ADULT: shown,
        PARENT: shown,
        POWER_OF_ATTORNEY: shown,
        UNABLE_TO_CONSENT: shown,
      })
      .readonly(),
  })
  .readonly()

export type PolicyTables = z.infer<typeof PolicyTables>
