import {
  InvalidPatientIdentifier,
  type PatientIdentifier,
  parsePatientIdentifier,
} from '@kilde/contract'
import { DataScope, RecipientScope } from '@kilde/privacy'
import { redactNumbers } from '@kilde/service'
import { DateTime } from 'luxon'
import type { z } from 'zod'
import { PrivacyError } from '../errors.js'
import type { Intent, NewStatement } from '../path/stage.js'
import { Bundle, ConsentResource, codes, hasCode, type Provision, systems } from './shape.js'

/** What one Consent wants, and of whom it is. */
export interface SaidConsent {
  readonly person: PatientIdentifier
  readonly intent: Intent
}

/**
 * Reads a FHIR R4 Consent, or a Bundle of them. All are read before anything is done; what is not understood is refused.
 * @param own the one person whose Consents are taken; absent: any
 * @throws PrivacyError `PRIVACY_INPUT`, naming the element
 */
export function readConsents(body: unknown, own?: PatientIdentifier): readonly SaidConsent[] {
  const bundle = Bundle.safeParse(body)
  const resources = bundle.success ? bundle.data.entry.map(({ resource }) => resource) : [body]
  if (resources.length === 0) throw faulty('', 'holds no Consent')
  return resources.map((resource, at) => {
    const place = bundle.success ? `entry[${at}].` : ''
    const consent = parse(ConsentResource, resource, place)
    const person = personIn(consent, place)
    if (own && own.value !== person.value) throw faulty(`${place}patient`, 'is somebody else')
    return { person, intent: intentOf(consent, place) }
  })
}

function intentOf(consent: ConsentResource, place: string): Intent {
  const source = sourceOf(consent)
  if (consent.status !== 'active') {
    if (!source) throw faulty(place, 'ends something and has neither identifier nor id')
    return { do: 'WITHDRAW', source }
  }
  if (!hasCode([consent.scope], codes.scope))
    throw faulty(`${place}scope`, 'is not patient-privacy')
  if (!hasCode(consent.category, codes.category))
    throw faulty(`${place}category`, 'lacks LOINC 59284-0')
  const { provision, dateTime } = consent
  if (!provision) throw faulty(`${place}provision`, 'is missing')
  const kind = kindOf(consent, provision)
  const from = instantOf(provision.period?.start ?? dateTime, 'start', `${place}provision.period`)
  const until = instantOf(provision.period?.end, 'end', `${place}provision.period`)
  const common = {
    kind,
    ...(from && { from }),
    ...(until && { until }),
    ...(source && { source }),
  } as const
  const scopes = scopesOf(provision, `${place}provision`)
  if (kind === 'RESERVATION' && scopes.some(isNarrow)) {
    throw faulty(`${place}provision`, 'narrows a reservation, which is of everything')
  }
  const statements: NewStatement[] = scopes.map((scope) => ({ ...common, ...scope }))
  return { do: 'REGISTER', statements }
}

const kindOf = ({ category }: ConsentResource, { type }: Provision) =>
  hasCode(category, codes.reservation) && type === 'deny'
    ? 'RESERVATION'
    : type === 'deny'
      ? 'BLOCK'
      : 'CONSENT'

type Scopes = Pick<NewStatement, 'data' | 'recipient'>

const isNarrow = ({ data, recipient }: Scopes): boolean =>
  Object.keys(data).length + Object.keys(recipient).length > 0

/** FHIR means any of several; each statement of ours is about one. */
function scopesOf(provision: Provision, place: string): readonly Scopes[] {
  const { actor, class: classes, code, dataPeriod } = provision
  const isCustodian = ({ role }: Provision['actor'][number]): boolean =>
    role !== undefined && hasCode([role], codes.custodian)
  const period = {
    from: instantOf(dataPeriod?.start, 'start', `${place}.dataPeriod`),
    until: instantOf(dataPeriod?.end, 'end', `${place}.dataPeriod`),
  }
  const owners = anyOf(actor.filter(isCustodian), (one) => {
    const { organization } = partyOf(one, place)
    if (!organization) throw faulty(`${place}.actor`, 'is a custodian and no organisation')
    return { organization }
  })
  const recipients = anyOf(
    actor.filter((one) => !isCustodian(one)),
    (one) => partyOf(one, place),
  )
  const dataClasses = anyOf(classes, ({ system, code: dataClass }) => {
    if (system !== systems.resourceType) throw faulty(`${place}.class`, 'is not a resource type')
    return { dataClass }
  })
  const elements = anyOf(code, ({ coding: [first] }) => ({
    code: `${first?.system}|${first?.code}`,
  }))
  return owners.flatMap((owner) =>
    dataClasses.flatMap((dataClass) =>
      elements.flatMap((element) =>
        recipients.map((recipient) => ({
          data: parse(
            DataScope,
            given({ ...owner, ...dataClass, ...element, ...period }),
            `${place}: `,
          ),
          recipient: parse(RecipientScope, given(recipient), `${place}.actor: `),
        })),
      ),
    ),
  )
}

const anyOf = <T>(
  list: readonly T[],
  read: (one: T) => object,
): readonly Record<string, unknown>[] =>
  list.length === 0 ? [{}] : list.map((one) => ({ ...read(one) }))

const given = (record: object): object =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))

function partyOf({ reference, role }: Provision['actor'][number], place: string): RecipientScope {
  const { system, value } = reference?.identifier ?? {}
  if (system === systems.hprNumber) return { professional: value }
  if (system === systems.organization) return { organization: value }
  const group = role?.coding.find((one) => one.system === systems.personnelCategory)?.code
  if (!reference && group) return { group }
  throw faulty(`${place}.actor`, 'is no professional, organisation or group that is known here')
}

/** A date is the whole day in Norway: until its end where it ends something. */
function instantOf(
  text: string | undefined,
  edge: 'start' | 'end',
  place: string,
): string | undefined {
  if (text === undefined) return undefined
  const read = DateTime.fromISO(text, { zone: 'Europe/Oslo' })
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  if (!read.isValid || (!isDay && !text.includes('T'))) throw faulty(place, 'is no date or instant')
  const at = isDay && edge === 'end' ? read.plus({ days: 1 }) : read
  return at.toUTC().toISO() ?? undefined
}

function sourceOf({ identifier: [first], id }: ConsentResource): string | undefined {
  if (first?.value) return `${first.system ?? ''}|${first.value}`
  return id === undefined ? undefined : `Consent/${id}`
}

function personIn({ patient }: ConsentResource, place: string): PatientIdentifier {
  const { system, value } = patient.identifier ?? {}
  try {
    return parsePatientIdentifier(`${system}|${value}`)
  } catch (error) {
    if (!(error instanceof InvalidPatientIdentifier)) throw error
    throw faulty(`${place}patient.identifier`, error.message)
  }
}

function parse<T>(shape: z.ZodType<T>, value: unknown, place: string): T {
  const read = shape.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw faulty(`${place}${issue?.path.join('.') ?? ''}`, issue?.message ?? 'is not valid')
}

function faulty(place: string, what: string): PrivacyError {
  return new PrivacyError('PRIVACY_INPUT', {
    text: redactNumbers(`The Consent cannot be taken: ${place} ${what}`.replace(/\s+/g, ' ')),
  })
}
