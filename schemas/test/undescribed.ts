import { buildASTSchema, isEnumType, isInputObjectType, isObjectType, parse } from 'graphql'

/** Names that say all there is to say. A new one is added here only when a description would repeat it. */
const PLAIN = new Set(
  `nodes edges pageInfo cursor node hasNextPage hasPreviousPage startCursor endCursor asked notAsked organization status
  reason contractVersion start end note bodySite method device referenceRange system value coding text code display kind
  manufacturer modelNumber type time authorText completeness NONE CONFIDENTIAL totalCount strategy low high version
  valueText quantity valueInteger valueConcept dataAbsentReason interpretation withheld TIMED_OUT
  count mean minimum maximum family given completion mandatorySources excludeSources HOUR DAY MONTH
  title description intent goal activity severity target`
    .split(/\s+/)
    .filter(Boolean),
)
/** Enums whose values are words of FHIR or of this contract, explained at the enum. */
const PLAIN_ENUMS = new Set([
  'ReasonCode',
  'ObservationStatus',
  'CarePlanStatus',
  'CareTeamStatus',
  'AppointmentStatus',
  'EpisodeOfCareStatus',
  'RelatedPersonStatus',
  'AppointmentMode',
  'ParticipationStatus',
  'EncounterStatus',
  'CommunicationStatus',
  'MessagePriority',
  'HandOverStatus',
  'Weekday',
  'CarePlanIntent',
  'CarePlanActivityStatus',
  'DeviceStatus',
  'MedicationDispenseStatus',
  'DeviceUseStatus',
  'GoalStatus',
  'AlertStatus',
  'DocumentReferenceStatus',
  'CompositionStatus',
  'MedicationEntryStatus',
  'ClinicalImpressionStatus',
  'SupervisionVisitStatus',
  'QuantityComparator',
  'AuthorKind',
  'Order',
  'OrganizationKind',
  'OrganizationState',
  'MeasurementKind',
])

/** Types, fields and enum values of an SDL that need a description and have none. */
export function undescribed(sdl: string): readonly string[] {
  const schema = buildASTSchema(parse(sdl), { assumeValidSDL: true })
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__') || !type.astNode) return []
    const own = type.description ? [] : [type.name]
    if (isEnumType(type) && !PLAIN_ENUMS.has(type.name)) {
      return [...own, ...lacking(type.name, type.getValues())]
    }
    if (!isObjectType(type) && !isInputObjectType(type)) return own
    return [...own, ...lacking(type.name, Object.values(type.getFields()))]
  })
}

const lacking = (
  type: string,
  parts: readonly { readonly name: string; readonly description?: string | null | undefined }[],
): string[] =>
  parts
    .filter(({ name, description }) => !description && !PLAIN.has(name))
    .map(({ name }) => `${type}.${name}`)
