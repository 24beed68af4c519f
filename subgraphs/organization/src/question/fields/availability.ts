import { askPresence } from '../../availability/presence.js'
import { within } from '../arguments.js'
import type { AskedOfSeveral, FieldRequest } from './field.js'

export interface AvailabilityArguments {
  readonly classes: readonly string[]
}

/** `Patient.availability`. @throws OrganizationError `ARGUMENT_OUT_OF_RANGE` */
export function askAvailability({
  args: { classes },
  patient,
}: FieldRequest<AvailabilityArguments>): AskedOfSeveral {
  within('The number of `classes`', classes.length, 1, 20)
  return askPresence(classes, patient)
}
