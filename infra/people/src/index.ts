export { familyNames, givenNames } from './names.js'
export {
  acuteWard,
  type DemoOrganization,
  type OrganizationKey,
  operator,
  organizations,
} from './organizations.js'
export { type DemoPatient, type PatientKey, patients } from './patients.js'
export { type Persona, personas } from './personas.js'
