import { describe, expect, it } from '@jest/globals'
import { lintContract } from '../src/compose.js'
import { sharingSdl } from '../src/index.js'
import { moreClassesSdl } from './more-classes.js'

/** The faults of a contract in which one thing is changed. */
const faultsIn =
  (sdl: string) =>
  (from: string | RegExp, to: string): readonly string[] => {
    const changed = sdl.replace(from, to)
    expect(changed).not.toBe(sdl)
    return lintContract(changed)
  }

const change = faultsIn(sharingSdl)
const changeMore = faultsIn(moreClassesSdl)

describe('the contract lint', () => {
  it('takes further classes, with interfaces and unions in their rows, as they are', () => {
    expect(lintContract(moreClassesSdl)).toEqual([])
  })

  it('refuses a list without a merge strategy', () => {
    expect(
      change(
        'ObservationConnection! @merge(strategy: UNION, orderBy: ["effective"], key: ["identifier"])',
        'ObservationConnection!',
      ),
    ).toEqual(['Patient.observations has no @merge: several sources could not be made one.'])
  })

  it.each(['MARK_SOURCE', 'COUNT', 'INTERSECTION'])('refuses %s below Patient', (strategy) => {
    expect(
      change(
        '@merge(strategy: UNION, orderBy: ["eff',
        `@merge(strategy: ${strategy}, orderBy: ["eff`,
      ),
    ).toEqual([
      `Patient.observations has strategy ${strategy}, but only UNION, LATEST, FOLD, PREFER, EACH, PARTS stand below Patient.`,
    ])
  })

  it('refuses a list of rows, and a value, without anything beside it', () => {
    const field = (text: string): readonly string[] =>
      change('type Patient @key(fields: "id") {', `type Patient @key(fields: "id") {\n  ${text}`)
    expect(
      field('notes: [Annotation!]! @merge(strategy: UNION, orderBy: ["time"], key: ["text"])'),
    ).toEqual(['Patient.notes is a bare list: nothing beside it says whether it is complete.'])
    expect(field('height: Float @merge(strategy: PREFER, orderBy: ["time"])')).toEqual([
      'Patient.height is a bare value: nothing beside it says whether it is complete.',
    ])
  })

  it.each([
    ['ObservationConnection', 'observations'],
    ['LatestObservations', 'latestObservations'],
    ['ObservationTrend', 'observationTrend'],
    ['PatientName', 'name'],
  ])('refuses content of %s without its completeness', (type, field) => {
    for (const shape of [
      'complete: Boolean!',
      'completeness: Completeness!',
      'sources: [SourceReport!]!',
    ]) {
      const escaped = shape.replace(/[[\]]/g, '\\$&')
      expect(
        change(new RegExp(`(type ${type} \\{[^}]*?)${escaped}(?=\\s)`), `$1${shape.slice(0, -1)}`),
      ).toEqual([`Patient.${field} shows content without \`${shape}\` beside it.`])
    }
  })

  it('refuses a field that may be null', () => {
    expect(change('): ObservationTrend! @merge', '): ObservationTrend @merge')).toEqual([
      'Patient.observationTrend may be null: nobody could tell what is missing then.',
    ])
  })

  it('refuses what is no schema, and another way to a patient', () => {
    expect(lintContract('type Patient { name: Nothing }')).toEqual([
      'The contract is no GraphQL schema: Unknown type: "Nothing".',
    ])
    expect(lintContract('type Query { all: Int }')).toEqual(['The contract has no type Patient.'])
    expect(change('identifier: PatientIdentifier!\n', 'number: String\n')).toEqual([
      'Query has no `patient(identifier: PatientIdentifier!): Patient`.',
    ])
    expect(change('type Query {', 'type Query {\n  everybody: [Patient!]!')).toEqual([
      'Query.everybody cannot be merged: only Query.patient can.',
    ])
  })
})

describe('the contract lint on UNION', () => {
  it.each([
    [
      'orderBy: ["effective"]',
      'orderBy: ["taken"]',
      'Patient.observations: @merge(orderBy:) names taken, which Observation does not have.',
    ],
    ['orderBy: ["effective"], ', '', 'Patient.observations: @merge(orderBy:) names no field.'],
    [
      'orderBy: ["effective"]',
      'orderBy: ["version"]',
      'Patient.observations: @merge(orderBy:) names version, which is no `DateTime!`.',
    ],
    [
      'orderBy: ["effective"]',
      'orderBy: ["effective", "version"]',
      'Patient.observations: @merge(orderBy:) names several fields, but a cursor carries one instant.',
    ],
    ['key: ["identifier"]', 'key: []', 'Patient.observations: @merge(key:) names no field.'],
    [
      'key: ["identifier"]',
      'key: ["serial"]',
      'Patient.observations: @merge(key:) names serial, which Observation does not have.',
    ],
    [
      'key: ["identifier"]',
      'key: ["code"]',
      'Patient.observations: @merge(key:) names code, by which copies cannot be known.',
    ],
  ])('refuses order and identity that rows do not have: %s → %s', (from, to, fault) => {
    expect(change(from, to)).toEqual([fault])
  })

  it.each([
    ['first: Int = 50', 'first: String', 'Patient.observations has no argument `first: Int`.'],
    ['after: Cursor\n', '\n', 'Patient.observations has no argument `after: Cursor`.'],
    ['order: Order =', 'order: Order! =', 'Patient.observations has no argument `order: Order`.'],
    [
      'order: Order = NEWEST_FIRST',
      'order: Order = NEWEST_FIRST\n    kind: MeasurementKind',
      'Patient.observations has an argument `kind`, which the gateway does not know.',
    ],
    [
      'filter: ObservationFilter',
      'filter: [ObservationFilter!]',
      'Patient.observations: `filter` must be one nullable input object.',
    ],
    [
      '  last: Int',
      '  last: Float',
      'Patient.observations: the gateway reads `filter.last` as `Int`.',
    ],
    [
      '  status: [ObservationStatus!]\n',
      '  status: [String!]\n',
      'Patient.observations: the gateway reads `filter.status` as a list of an enum whose values have a letter in the cursor.',
    ],
    [
      'superseding: Boolean @inaccessible',
      'superseding: Boolean',
      'Patient.observations: `filter.superseding` is for the gateway and must be @inaccessible.',
    ],
    [
      'superseding: Boolean @inaccessible',
      'others: Boolean',
      'Patient.observations: `filter` has no `superseding: Boolean`: a copy of a withdrawn row could pass for current.',
    ],
  ])('refuses arguments that the gateway could not read: %s → %s', (from, to, fault) => {
    expect(change(from, to)).toEqual([fault])
  })

  it.each([
    [
      '  edges: [DetectedIssueEdge!]!\n  page',
      '  page',
      'but its type has no edges { cursor node }.',
    ],
    [
      'type DetectedIssueEdge { cursor: Cursor!',
      'type DetectedIssueEdge { place: Cursor!',
      'but its type has no edges { cursor node }.',
    ],
    [
      'node: DetectedIssue! }',
      'node: Author! }',
      'but its rows are of Author, which is no object type: a row’s type must be known before it is merged.',
    ],
    [
      'node: DetectedIssue! }',
      'node: Evidence! }',
      'but its rows are of Evidence, which is no object type: a row’s type must be known before it is merged.',
    ],
  ])('refuses what has no rows: %s → %s', (from, to, fault) => {
    expect(changeMore(from, to)).toContain(`Patient.warnings is a UNION, ${fault}`)
  })

  it.each([
    ['type DetectedIssue {\n  id: ID!', 'type DetectedIssue {', 'DetectedIssue has no `id: ID!`.'],
    [
      'node: DetectedIssue! }',
      'node: DetectedIssue }',
      'DetectedIssueEdge has no `node: DetectedIssue!`.',
    ],
    [
      '  pageInfo: PageInfo!\n  complete: B',
      '  pageInfo: PageInfo\n  complete: B',
      'DetectedIssueConnection has no `pageInfo: PageInfo!`.',
    ],
    [
      'type DetectedIssueConnection {',
      'type DetectedIssueConnection {\n  gravest: DetectedIssue',
      'the gateway cannot make DetectedIssueConnection.gravest of what several sources send.',
    ],
    [
      'type DetectedIssueConnection {',
      'type DetectedIssueConnection {\n  totalCount: Int!',
      'DetectedIssueConnection has no `totalCount: TotalCount!`.',
    ],
  ])('refuses a list that lacks what merging needs: %s → %s', (from, to, fault) => {
    expect(changeMore(from, to)).toContain(`Patient.warnings: ${fault}`)
  })
})

describe('the contract lint on marks', () => {
  it.each([
    [
      'conflict: Boolean! @merge(strategy: MARK_CONFLICT)\n  """\n  Ids',
      'conflict: String! @merge(strategy: MARK_CONFLICT)\n  """\n  Ids',
      'Observation.conflict has strategy MARK_CONFLICT and must be `Boolean!`.',
    ],
    [
      'possibleDuplicateOf: [ID!]!',
      'possibleDuplicateOf: ID',
      'PatientDevice.possibleDuplicateOf has strategy MARK_POSSIBLE_DUPLICATE and must be `[ID!]!`.',
    ],
    [
      'source: Organization! @merge(strategy: MARK_SOURCE)\n  "The id',
      'source: OrganizationNumber! @merge(strategy: MARK_SOURCE)\n  "The id',
      'Provenance.source has strategy MARK_SOURCE and must be `Organization!`.',
    ],
    [
      '  manufacturer: String\n  modelNumber: String\n  type',
      '  manufacturer: String @merge(strategy: MARK_SOURCE)\n  modelNumber: String\n  type',
      'Device.manufacturer has strategy MARK_SOURCE, which means nothing there.',
    ],
    [
      '  bodySite: CodeableConcept\n  method: CodeableConcept\n',
      '  bodySite: CodeableConcept\n  method: CodeableConcept @merge(strategy: UNION)\n',
      'Observation.method has strategy UNION and must be a list of one object type.',
    ],
    [
      '  bodySite: CodeableConcept\n  method: CodeableConcept\n',
      '  bodySite: CodeableConcept\n  method: CodeableConcept\n  origin: Provenance\n',
      'Provenance.source has strategy MARK_SOURCE, which means nothing there.',
    ],
    [
      '  bodySite: CodeableConcept\n  method: CodeableConcept\n',
      '  bodySite: CodeableConcept\n  method: CodeableConcept\n  related: ObservationConnection\n',
      'Observation.related is a list with pages inside a row: it can be merged only below Patient.',
    ],
    [
      '  bodySite: CodeableConcept\n  method: CodeableConcept\n',
      '  bodySite: CodeableConcept\n  method: CodeableConcept @merge(strategy: COUNT)\n',
      'Observation.method has strategy COUNT, which means nothing there.',
    ],
    [
      'activeBeside: [ID!]!',
      'activeBeside: Boolean!',
      'CarePlan.activeBeside has strategy MARK_RIVALS and must be `[ID!]!`.',
    ],
    [
      'conflict: Boolean! @merge(strategy: MARK_RIVALS)',
      'conflict: [ID!]! @merge(strategy: MARK_RIVALS)',
      'Patient.carePlans: CarePlanConnection has no `conflict: Boolean!`.',
    ],
    [
      '  rivals: [Cursor!]! @inaccessible\n',
      '  others: [Cursor!]! @inaccessible\n',
      'Patient.carePlans: CarePlanConnection has no `rivals: [Cursor!]!`.',
    ],
    [
      '  rivals: [Cursor!]! @inaccessible\n',
      '  rivals: [Cursor!]!\n',
      'Patient.carePlans: CarePlanConnection.rivals is for the gateway and must be @inaccessible.',
    ],
    [
      'unclaimed: Boolean! @merge(strategy: MARK_UNCLAIMED)',
      'unclaimed: [ID!]! @merge(strategy: MARK_UNCLAIMED)',
      'Patient.careTeams: CareTeamConnection has no `unclaimed: Boolean!`.',
    ],
    [
      '  activeBeside: [ID!]! @merge(strategy: MARK_RIVALS)',
      '  activeBeside: [ID!]! @merge(strategy: MARK_UNCLAIMED)',
      'CarePlan.activeBeside has strategy MARK_UNCLAIMED, which means nothing there.',
    ],
  ])('refuses one that the gateway would not set: %s → %s', (from, to, fault) => {
    expect(change(from, to)).toContain(fault)
  })
})

describe('the contract lint on LATEST', () => {
  it.each([
    [
      'edges: [ObservationEdge!]! @inaccessible',
      'edges: [ObservationEdge!]!',
      ': LatestObservation.edges is for the gateway and must be @inaccessible.',
    ],
    [
      'edges: [ObservationEdge!]! @inaccessible',
      'others: Int',
      ' is a LATEST, but its type has no edges { cursor node }.',
    ],
    ['  items: [LatestObservation!]!', '  rows: Int', ' is a LATEST, but its type has no items.'],
    [
      '  newerMayExist: Boolean!',
      '  newer: Boolean!',
      ': LatestObservation has no `newerMayExist: Boolean!`.',
    ],
    [
      '  observation: Observation\n',
      '  observation: Observation!\n',
      ': LatestObservation needs one field of type `Observation`, not 0.',
    ],
    [
      '  observation: Observation\n',
      '  observation: Observation\n  before: Observation\n',
      ': LatestObservation needs one field of type `Observation`, not 2.',
    ],
    [
      'latestObservations(codes: [Code!]!)',
      'latestObservations(codes: [Code!])',
      ' has no argument `codes: [Code!]!`.',
    ],
  ])('refuses what the gateway could not fill: %s → %s', (from, to, fault) => {
    expect(change(from, to)).toContain(`Patient.latestObservations${fault}`)
  })
})

describe('the contract lint on FOLD', () => {
  it.each([
    [
      'count: Int! @merge(strategy: COUNT)',
      'count: Float! @merge(strategy: COUNT)',
      ': TrendBucket has no `count: Int!`.',
    ],
    [
      '@merge(strategy: COUNT)',
      '@merge(strategy: COUNT_CONFLICTS)',
      ': TrendBucket has no field with strategy COUNT.',
    ],
    [
      'mayCountCopies: Boolean! @merge(strategy: MARK_COPIES_COUNTED)',
      'mayCountCopies: Boolean!',
      ': TrendBucket has no field with strategy MARK_COPIES_COUNTED.',
    ],
    [
      'mean: Float! @merge(strategy: MEAN)',
      'mean: Float!',
      ': the gateway cannot make TrendBucket.mean of what several sources send.',
    ],
    [
      'standardDeviation: Float @',
      'standardDeviation: Float! @',
      ': TrendBucket has no `standardDeviation: Float`.',
    ],
    [
      'rest: TrendFold @inaccessible',
      'rest: TrendFold',
      ': TrendBucket.rest is for the gateway and must be @inaccessible.',
    ],
    [
      'rows: [TrendRow!]! @inaccessible',
      'row: Int',
      ': TrendBucket has no `rows` and `rest` for the gateway.',
    ],
    ['  squares: Float!', '  sumOfSquares: Float!', ': TrendFold has no `squares: Float!`.'],
    [
      '  end: DateTime!\n  count',
      '  until: DateTime!\n  count',
      ': TrendBucket has no `end: DateTime!`.',
    ],
    [
      '  buckets: [TrendBucket!]!',
      '  others: Int',
      ' is a FOLD, but its type has not one list of buckets with folded fields.',
    ],
    [
      'leftOut: Int! @merge(strategy: SUM)',
      'leftOut: Int!',
      ': the gateway cannot make ObservationTrend.leftOut of what several sources send.',
    ],
    ['    unit: UcumUnit!\n    "IANA', '    "IANA', ' has no argument `unit: UcumUnit!`.'],
    ['timeZone: TimeZone! =', 'timeZone: String! =', ' has no argument `timeZone: TimeZone!`.'],
  ])('refuses what cannot be folded: %s → %s', (from, to, fault) => {
    expect(change(from, to)).toContain(`Patient.observationTrend${fault}`)
  })
})

describe('the contract lint on EACH', () => {
  it.each([
    ['items: [ClassAvailability!]!', 'rows: [Int!]!', ' is an EACH, but its type has no items.'],
    [
      '  source: Organization! @merge(strategy: MARK_SOURCE)\n  "The class',
      '  source: Organization!\n  "The class',
      ': ClassAvailability does not tell its source: it has no field with strategy MARK_SOURCE.',
    ],
    [
      'classes: [String!]!): Availability!',
      'classes: [String!]): Availability!',
      ' has no argument `classes: [String!]!`.',
    ],
    [
      '@merge(strategy: PREFER, orderBy: ["rank", "recorded"], key: ["text"])',
      '@merge(strategy: PREFER, orderBy: ["rank", "recorded"], key: ["text"], classesFrom: "classes")',
      ': @merge(classesFrom:) goes with strategy EACH alone.',
    ],
  ])('refuses %s as %s', (from, to, fault) => {
    expect(change(from, to).filter((one) => one.endsWith(fault))).toHaveLength(1)
  })
})

describe('the contract lint on PREFER', () => {
  it.each([
    [
      'orderBy: ["rank", "recorded"]',
      'orderBy: ["rank", "age"]',
      ': @merge(orderBy:) names age, which PatientNameVariant does not have.',
    ],
    [
      'orderBy: ["rank", "recorded"]',
      'orderBy: ["value"]',
      ': @merge(orderBy:) names value, which is no number, instant or text that is always there.',
    ],
    [
      'PREFER, orderBy: ["rank", "recorded"], key',
      'PREFER, key',
      ': @merge(orderBy:) names no field.',
    ],
    ['"recorded"], key: ["text"]', '"recorded"]', ': @merge(key:) names no field.'],
    [
      'key: ["text"]',
      'key: ["spelling"]',
      ': @merge(key:) names spelling, which HumanName does not have.',
    ],
    [
      '  family: String\n',
      '  family: String\n  before: HumanName\n',
      ': HumanName holds itself and cannot be asked for whole.',
    ],
    [
      '  family: String\n',
      '  family(short: Boolean): String\n',
      ': HumanName.family cannot be asked for without knowing more.',
    ],
    ['  value: HumanName\n', '  value: HumanName!\n', ': PatientName has no `value: HumanName`.'],
    [
      '  value: HumanName!\n',
      '  value: HumanName\n',
      ': PatientNameVariant has no `value: HumanName!`.',
    ],
    [
      '  variants: [PatientNameVariant!]!',
      '  all: Int',
      ' is a PREFER, but its type has no variants { value }.',
    ],
    [
      'source: Organization! @merge(strategy: MARK_SOURCE)\n}\n\n"A person',
      'source: Organization!\n}\n\n"A person',
      ': PatientNameVariant does not tell its source: it has no field with strategy MARK_SOURCE.',
    ],
    [
      'name: PatientName!',
      'name(use: String): PatientName!',
      ' has an argument `use`, which the gateway does not know.',
    ],
    [
      'conflict: Boolean! @merge(strategy: MARK_CONFLICT)\n  "True only',
      'conflict: Boolean!\n  "True only',
      ': the gateway cannot make PatientName.conflict of what several sources send.',
    ],
  ])('refuses what nothing can be preferred of: %s → %s', (from, to, fault) => {
    expect(change(from, to)).toContain(`Patient.name${fault}`)
  })
})

describe('the contract lint on PARTS', () => {
  it.each([
    [
      '@merge(strategy: PART, of: "latestObservations")',
      '@merge(strategy: PART, of: "overview")',
      'PatientOverview.latest is a part of nothing: @merge(of:) must name a field of Patient that is merged.',
    ],
    [
      'latest: LatestObservations!',
      'latest: ObservationTrend!',
      'PatientOverview.latest must be `LatestObservations!`, as Patient.latestObservations is.',
    ],
    [
      'with: "{ filter: { state: [OPEN,',
      'with: "{ filter: { state: [GONE,',
      '@merge(with:) of PatientOverview.openAlerts has a `filter` that Patient.alerts does not take.',
    ],
    [
      'with: "{ filter: { state: [OPEN,',
      'with: "filter: { state: [OPEN,',
      '@merge(with:) of PatientOverview.openAlerts is no object of GraphQL.',
    ],
    [
      'openAlerts(first: Int = 50, after: Cursor)',
      'openAlerts(first: String)',
      'PatientOverview.openAlerts(first:) is not that of Patient.alerts.',
    ],
    [
      'openAlerts(first: Int = 50, after: Cursor)',
      'openAlerts(filter: AlertFilter)',
      'PatientOverview.openAlerts(filter:) is laid down, and yet the client’s to choose.',
    ],
    [
      '"What is missing, and of which part.',
      'age: Int!\n  "What is missing, and of which part.',
      'the gateway cannot make PatientOverview.age of the parts.',
    ],
    ['missing: [OverviewGap!]!', 'lacking: [OverviewGap!]!', 'does not tell what is `missing` of'],
    [
      'overview(\n    codes: [Code!]! =',
      'overview(\n    of: [Code!]! =',
      'nothing says PatientOverview.latest(codes:).',
    ],
    ['  says: ZoneLevel\n', '  said: ZoneLevel\n', 'MeasurementZone has no `says`.'],
    [
      'rows: LatestObservations!\n    @inaccessible',
      'rows: LatestObservations!',
      'MeasurementZones.rows is for the gateway and must be @inaccessible.',
    ],
    [
      '  among: CarePlanConnection!',
      '  plans: CarePlanConnection!',
      'PatientOverview.zones is a JOIN without a part `among`.',
    ],
  ])('refuses what is not made of fields of a patient: %s → %s', (from, to, fault) => {
    expect(change(from, to).join('\n')).toContain(fault)
    expect(change(from, to)[0]).toContain('Patient.overview')
  })
})
