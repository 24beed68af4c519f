import { DataScope, RecipientScope } from '@kilde/privacy'
import type { Scope } from '../settings/statement.js'
import { faulty, instantOf, parse } from './read-values.js'
import { codes, hasCode, type Narrowings, narrowings, type Provision, systems } from './shape.js'

/** Most of what one Consent may be about: each is looked at with every question about the patient. */
const MOST_SCOPES = 500

/** FHIR means any of several of a kind: one scope for each way to choose one of each kind. */
export function scopesIn(
  provision: Provision,
  modifiers: Narrowings | undefined,
  place: string,
): readonly Scope[] {
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
  const count = [owners, recipients, dataClasses, elements].reduce((n, { length }) => n * length, 1)
  if (count > MOST_SCOPES) throw faulty(place, `is about more than ${MOST_SCOPES} things`)
  const { organization, ...data } = narrowedBy(modifiers)
  return owners.flatMap((owner) =>
    dataClasses.flatMap((dataClass) =>
      elements.flatMap((element) =>
        recipients.map((recipient) => ({
          data: parse(
            DataScope,
            given({ ...owner, ...dataClass, ...element, ...period, ...data }),
            `${place}: `,
          ),
          recipient: parse(
            RecipientScope,
            given({ ...recipient, ...actingFor(organization, recipient, place) }),
            `${place}.actor: `,
          ),
        })),
      ),
    ),
  )
}

/** Values of our own modifiers, by the names of what they narrow. */
const narrowedBy = (modifiers: Narrowings = []): Partial<Record<keyof typeof narrowings, string>> =>
  Object.fromEntries(
    Object.entries(narrowings).flatMap(([name, url]) => {
      const found = modifiers.find((one) => one.url === url)
      return found ? [[name, found.valueString]] : []
    }),
  )

function actingFor(
  organization: string | undefined,
  recipient: Record<string, unknown>,
  place: string,
): RecipientScope {
  if (organization === undefined) return {}
  if (recipient['professional'] === undefined)
    throw faulty(`${place}.actor`, 'names no professional who acts for an organisation')
  return { organization }
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
  const group = role?.coding.find((one) => one.system === systems.personnelCategory)?.code
  const inGroup = group === undefined ? {} : { group }
  if (system === systems.hprNumber) return { professional: value, ...inGroup }
  if (system === systems.organization) return { organization: value, ...inGroup }
  if (!reference && group) return { group }
  throw faulty(`${place}.actor`, 'is no professional, organisation or group that is known here')
}
