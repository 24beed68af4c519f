/** Profile of the Norwegian trust framework (target architecture B5, v0.9.8). */
export const PROFILE = 'http://hl7.no/fhir/StructureDefinition/no-domain-Trustframework-Auditevent'

const extension = (name: string): string => `http://hl7.no/fhir/StructureDefinition/${name}`
export const extensions = {
  patient: extension('auditevent-patient-extension'),
  encounter: extension('auditevent-encounter-extension'),
  careRelation: extension('auditevent-carerelation-metadata-extension'),
  absent: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',
} as const

export const systems = {
  nationalIdentityNumber: 'urn:oid:2.16.578.1.12.4.1.4.1',
  dNumber: 'urn:oid:2.16.578.1.12.4.1.4.2',
  hprNumber: 'urn:oid:2.16.578.1.12.4.1.4.4',
  organizationNumber: 'urn:oid:2.16.578.1.12.4.1.4.101',
  authorization: 'urn:oid:2.16.578.1.12.4.1.1.9060',
  dicom: 'http://dicom.nema.org/resources/ontology/DCM',
  purpose: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  sourceType: 'http://terminology.hl7.org/CodeSystem/security-source-type',
  objectRole: 'http://terminology.hl7.org/CodeSystem/object-role',
  resourceType: 'http://hl7.org/fhir/resource-types',
  /** Ours: nothing of FHIR or the profile says these. */
  event: 'urn:kilde:audit-event',
  entity: 'urn:kilde:audit-entity',
  agent: 'urn:kilde:audit-agent',
  client: 'urn:kilde:client',
  request: 'urn:kilde:request',
  item: 'urn:kilde:item',
  log: 'urn:kilde:log',
  patientDigest: 'urn:kilde:patient-digest',
  rule: 'urn:kilde:rule:',
} as const

/** Ids of contained resources. */
export const ids = {
  patient: 'patient',
  practitioner: 'practitioner',
  role: 'practitioner-role',
  organization: 'legal-entity',
  department: 'department',
  pointOfCare: 'point-of-care',
  pointOfCareOrganization: 'point-of-care-organization',
  encounter: 'encounter',
  citizen: 'citizen',
} as const

/** FHIR's degrees of failure, as far apart as ours. */
export const outcomes = { SUCCESS: '0', PARTIAL: '4', REFUSED: '8', FAILED: '12' } as const

/** Lists of a record that may be there and empty, which FHIR cannot say. */
export const lists = ['fields', 'items', 'sources', 'rules'] as const
