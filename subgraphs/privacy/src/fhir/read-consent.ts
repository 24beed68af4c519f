import {
  InvalidPatientIdentifier,
  type PatientIdentifier,
  parsePatientIdentifier,
} from '@kilde/contract'
import type { Intent, NewStatement } from '../path/stage.js'
import type { Scope, SourceVersion } from '../settings/statement.js'
import { scopesIn } from './read-scopes.js'
import { faulty, instantOf, parse } from './read-values.js'
import { Bundle, ConsentResource, codes, hasCode, type Provision } from './shape.js'

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
  const version = versionOf(consent, place)
  if (consent.status !== 'active') {
    if (!source) throw faulty(place, 'ends something and has neither identifier nor id')
    return { do: 'WITHDRAW', source, ...(version && { version }) }
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
    ...(source && { source, ...(version && { version }) }),
  } as const
  const scopes = scopesIn(provision, consent.modifierExtension, `${place}provision`)
  if (kind === 'RESERVATION' && scopes.some(isNarrow)) {
    throw faulty(`${place}provision`, 'narrows a reservation, which is of everything')
  }
  const [first, ...alternatives] = scopes
  if (!first) throw faulty(`${place}provision`, 'says nothing')
  const statement: NewStatement = {
    ...{ ...common, ...first },
    ...(alternatives.length > 0 && { alternatives }),
  }
  return { do: 'REGISTER', statements: [statement] }
}

const kindOf = ({ category }: ConsentResource, { type }: Provision) =>
  hasCode(category, codes.reservation) && type === 'deny'
    ? 'RESERVATION'
    : type === 'deny'
      ? 'BLOCK'
      : 'CONSENT'

const isNarrow = ({ data, recipient }: Scope): boolean =>
  Object.keys(data).length + Object.keys(recipient).length > 0

function sourceOf({ identifier: [first], id }: ConsentResource): string | undefined {
  if (first?.value) return `${first.system ?? ''}|${first.value}`
  return id === undefined ? undefined : `Consent/${id}`
}

/** A Consent without `meta` is as new as the decision that it tells of. */
function versionOf({ meta, dateTime }: ConsentResource, place: string): SourceVersion | undefined {
  const { versionId: id, lastUpdated } = meta ?? {}
  const at =
    lastUpdated === undefined
      ? instantOf(dateTime, 'start', `${place}dateTime`)
      : instantOf(lastUpdated, 'start', `${place}meta.lastUpdated`)
  return at === undefined && id === undefined ? undefined : { ...(at && { at }), ...(id && { id }) }
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
