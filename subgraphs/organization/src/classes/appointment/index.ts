import type { Resolvers, ResourceClass } from '../resource-class.js'
import { assembleAppointments } from './assemble.js'
import { appointmentFields, appointmentNeeds, readAppointment } from './fields.js'
import { appointmentIntake } from './intake.js'

/** Appointments, video consultations among them (docs/appointments-and-messages.md). */
export const appointments: ResourceClass = {
  name: 'Appointment',
  words: { NB: 'timeavtaler og videokonsultasjoner', EN: 'appointments and video consultations' },
  leavable: ['description'],
  intake: appointmentIntake,
  assemble: assembleAppointments,
  view: {
    field: 'appointments',
    type: 'Appointment',
    statuses: [
      ...['PROPOSED', 'PENDING', 'BOOKED', 'ARRIVED', 'FULFILLED', 'CANCELLED', 'NOSHOW'],
      ...['ENTERED_IN_ERROR', 'CHECKED_IN', 'WAITLIST'],
    ],
    needs: appointmentNeeds,
    fromRelated: ['encounter'],
    read: readAppointment,
    fields: appointmentFields as unknown as Resolvers,
    types: {},
  },
}
