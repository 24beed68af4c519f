import type {
  addresses,
  askers,
  baseData,
  citizenAges,
  citizens,
  classRelations,
  Labels,
  purposes,
  Row,
  relations,
  requesters,
  Settings,
  Statement,
} from './axes.js'
import { NOW, PROVIDER } from './axes.js'
import { type ClassLine, classes } from './classes.js'

/**
 * What the rules in words say (docs/policy.md), as plainly as can be: imports nothing of the product, and shares no step with
 * it. Where this and a node differ, one of them is wrong.
 */
export type Outcome = string

interface One<T extends readonly unknown[]> {
  readonly it: T[number]
}

interface Cell {
  readonly requester: One<typeof requesters>['it']
  readonly relation: One<typeof relations>['it'] | One<typeof classRelations>['it']
  readonly purpose: One<typeof purposes>['it']
  readonly settings: Settings
  readonly row: Row
}

/** Of classes whose rows have code, item, time and labels. */
const lineOf = (dataClass: string): ClassLine | undefined =>
  classes.find(({ name }) => name === dataClass)

const shown = (leftOut: readonly string[]): Outcome =>
  leftOut.length > 0 ? `SHOWN without ${leftOut.join(' ')}` : 'SHOWN'

const PERSONNEL = 'LE SP FA1 AU HE'.split(' ')

/** `REFUSED <reason>`, `CLOSED <why>`, or `SHOWN` with the fields that are left out. */
export function professionalOutcome(cell: Cell): Outcome {
  const refused = refusal(cell)
  if (refused) return `REFUSED ${refused}`
  if (isObjected(cell)) return 'CLOSED OBJECTION'
  const line = lineOf(cell.row.dataClass)
  if (!line) return 'SHOWN'
  const role = roleOf(cell)
  if (role === 'AU' && line.closedToAids) return 'CLOSED ROLE'
  if (!('hprNumber' in cell.requester)) return shown(line.assistant)
  if (role === 'HE') return shown(line.secretary)
  return shown(role === 'FA1' ? line.pharmacist : [])
}

const roleOf = ({ requester }: Cell): string => ('role' in requester ? requester.role : '')

function refusal(cell: Cell): string | undefined {
  const { requester, relation, purpose, row } = cell
  const own = relation.organization === PROVIDER
  const agreement = 'agreement' in relation ? relation.agreement : undefined
  const agreed =
    agreement !== undefined &&
    (agreement.purposes as readonly string[]).includes(purpose.purpose) &&
    // Names go by the agreements on measurements.
    (row.dataClass === 'Patient' || agreement.dataClasses.includes(row.dataClass))
  if (!own && !agreed) return 'NO_AGREEMENT'
  if ('supplier' in relation && !('delegated' in relation)) return 'DELEGATION'
  const registered = 'hprNumber' in requester && PERSONNEL.includes(roleOf(cell))
  const assists =
    !('hprNumber' in requester) &&
    !own &&
    agreement !== undefined &&
    'assistants' in agreement &&
    // With measurements they have the name.
    (row.dataClass === 'Patient' ||
      (agreement.assistants as readonly string[]).includes(row.dataClass))
  if (!registered && !assists) return 'ROLE'
  const roles: readonly string[] | undefined =
    agreement && 'roles' in agreement ? agreement.roles : undefined
  if (!own && !assists && roles && !roles.includes(roleOf(cell))) return 'ROLE'
  return purpose.purpose === 'BTG' ? glassRefusal(cell, registered) : unknownOrClosed(cell)
}

function unknownOrClosed({ settings, row }: Cell): string | undefined {
  if (settings.unknown) return 'BLOCKS_UNKNOWN'
  return row.dataClass === 'Condition' ? 'POLICY' : undefined
}

function glassRefusal(cell: Cell, registered: boolean): string | undefined {
  const { purpose, row } = cell
  if (!registered || !['LE', 'SP'].includes(roleOf(cell))) return 'ROLE'
  if ('over' in purpose) return 'BREAK_GLASS_OVER'
  if (!('reason' in purpose && purpose.reason && purpose.firstStep)) return 'BREAK_GLASS_INCOMPLETE'
  return row.dataClass === 'Condition' ? 'POLICY' : undefined
}

/** Objection: lifted by break-glass, but never for the professional whom it names. */
function isObjected(cell: Cell): boolean {
  const { settings, purpose } = cell
  const glass = purpose.purpose === 'BTG'
  if (settings.unknown) return false
  if (settings.reserved) return !glass
  const consents = (settings.consents ?? []).filter((one) => concerns(one, cell))
  return (settings.blocks ?? []).some((block) => {
    if (!concerns(block, cell)) return false
    if (glass && block.recipient?.['professional'] === undefined) return false
    return !consents.some((consent) => saysMore(consent, block))
  })
}

/** In force, about this requester, and about what is asked for. */
function concerns(one: Statement, { requester, relation, row, ...cell }: Cell): boolean {
  const { data = {}, recipient = {}, validity } = one
  const until = validity?.until
  if (until !== undefined && Date.parse(until) <= Date.parse(NOW)) return false
  const hpr = 'hprNumber' in requester ? requester.hprNumber : undefined
  if (recipient['organization'] && recipient['organization'] !== relation.organization) return false
  if (recipient['professional'] && recipient['professional'] !== hpr) return false
  const role = roleOf({ requester, relation, row, ...cell })
  if (recipient['group'] && recipient['group'] !== role) return false
  if (data['dataClass'] && data['dataClass'] !== row.dataClass) return false
  if (data['heldBy'] && data['heldBy'] !== PROVIDER) return false
  if (!lineOf(row.dataClass)) {
    // A name is the provider's own, and has neither code nor item nor time.
    if (data['organization'] && data['organization'] !== PROVIDER) return false
    return !data['code'] && !data['item'] && !data['from'] && !data['until']
  }
  if (data['organization'] && data['organization'] !== row.owner) return false
  if (data['code'] && !isPulse(data['code'], row)) return false
  if (data['item'] && data['item'] !== row.item) return false
  const at = Date.parse(row.effective ?? '')
  if (data['from'] && at < Date.parse(data['from'])) return false
  return !(data['until'] && at >= Date.parse(data['until']))
}

/** The only code that these vectors state is that of pulse, in two code systems. */
const isPulse = (_code: string, { codes = [] }: Row): boolean =>
  codes.includes('http://loinc.org|8867-4')

/** At least as much of whom and of what, and more of one of them. These vectors state each criterion with one value only. */
function saysMore(consent: Statement, block: Statement): boolean {
  const parts = (one: Statement): string[] => [
    ...Object.keys(one.data ?? {}).map((key) => `data ${key}`),
    ...Object.keys(one.recipient ?? {}).map((key) => `recipient ${key}`),
  ]
  const [more, less] = [parts(consent), parts(block)]
  return less.every((part) => more.includes(part)) && more.length > less.length
}

interface CitizenCell {
  readonly citizen: One<typeof citizens>['it']
  readonly age: One<typeof citizenAges>['it']
  readonly label: Labels
  readonly address: One<typeof addresses>['it']
  readonly dataClass: string
}

/** As above. A representative is never told that something is closed: that shows in `CLOSED` alone. */
export function citizenOutcome(cell: CitizenCell): Outcome {
  const relation = relationOf(cell)
  if (!relation) return 'REFUSED NOT_REPRESENTED'
  // Base data that do not know the patient have not said that the address is open.
  const hidden =
    'patient' in cell.address || 'representative' in cell.address || !('birthDate' in cell.age)
  if (relation !== 'SELF' && hidden) return 'REFUSED NOT_REPRESENTED'
  const years = yearsOf(cell)
  const age = ageRule(relation, years)
  if (age === 'CLOSED') return 'REFUSED AGE'
  const line = lineOf(cell.dataClass)
  const isOthers = line?.ofPatientAlone === true && relation !== 'SELF'
  if (cell.dataClass === 'Condition' || isOthers) return 'REFUSED POLICY'
  if (cell.dataClass === 'AuditEvent') return 'SHOWN'
  if (isDenied(relation, years ?? 0, cell.label)) return 'CLOSED CONFIDENTIAL'
  if (age === 'RESTRICTED') return shown(line?.young ?? [])
  return shown('patient' in cell.address ? (line?.hidden ?? []) : [])
}

interface PlaceCell {
  readonly asker: One<typeof askers>['it']
  readonly baseData: One<typeof baseData>['it']
  readonly dataClass: string
}

/** Whether sub-units and what may name a place are told, where who asks is else told everything. */
export function placesOutcome({ asker, baseData: known, dataClass }: PlaceCell): Outcome {
  const glass = asker.purpose === 'BTG'
  if ('unknown' in known && !glass) return 'REFUSED BLOCKS_UNKNOWN'
  const isOpen = 'person' in known && !known.person.addressConfidential
  if (asker.purpose === 'PWATRNY' && !isOpen) return 'REFUSED NOT_REPRESENTED'
  if (asker.purpose === 'PATRQT' && !('person' in known)) return 'REFUSED AGE'
  const line = lineOf(dataClass)
  if (asker.purpose === 'PWATRNY' && line?.ofPatientAlone) return 'REFUSED POLICY'
  if (isOpen) return 'SHOWN with places'
  // What was written freely may name a place; whoever treats needs it.
  const treats = ['TREAT', 'ETREAT', 'BTG'].includes(asker.purpose)
  const hidden = treats ? [] : (line?.hidden ?? [])
  return ['SHOWN without places', ...(hidden.length > 0 ? ['and', ...hidden] : [])].join(' ')
}

function relationOf({ citizen, dataClass }: CitizenCell): string | undefined {
  if ('self' in citizen) return 'SELF'
  if (!('kind' in citizen) || 'ended' in citizen) return undefined
  const classes: readonly string[] | undefined = 'classes' in citizen ? citizen.classes : undefined
  if (classes && !classes.includes(dataClass)) return undefined
  const asParent = citizen.purpose === 'FAMRQT'
  return asParent === (citizen.kind === 'PARENT') ? citizen.kind : undefined
}

function yearsOf({ age }: CitizenCell): number | undefined {
  if (!('birthDate' in age)) return undefined
  const [year = 0, month = 0, day = 0] = age.birthDate.split('-').map(Number)
  const hadBirthday = month < 11 || (month === 11 && day <= 22)
  return 2026 - year - (hadBirthday ? 0 : 1)
}

function ageRule(relation: string, years: number | undefined): string {
  if (years === undefined) return 'CLOSED'
  if (relation === 'PARENT') return years < 12 ? 'OPEN' : years < 16 ? 'RESTRICTED' : 'CLOSED'
  if (relation === 'UNABLE_TO_CONSENT') return years < 12 ? 'CLOSED' : 'OPEN'
  return years < 16 ? 'CLOSED' : 'OPEN'
}

function isDenied(relation: string, years: number, { labels, openFrom }: Labels): boolean {
  return labels.some((label) => {
    switch (label) {
      case 'N':
        return false
      case 'NORU':
        return openFrom === undefined || Date.parse(openFrom) > Date.parse(NOW)
      case 'NORN_FORANS':
        return relation !== 'SELF'
      case 'NORN_UNGDOM':
        return relation === 'SELF' ? years < 18 : relation !== 'PARENT'
      case 'NORS':
        return relation !== 'SELF'
      default:
        return true
    }
  })
}
