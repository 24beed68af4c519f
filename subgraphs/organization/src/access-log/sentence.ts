import type { Access, LogReader } from './access-log.js'
import { accessorKindOf, outcomeOf } from './outcome.js'
import { hiddenFields } from './visible.js'
import {
  classes,
  type Language,
  pieces,
  purposes,
  reasons,
  roles,
  sentences,
  wordsOf,
} from './words.js'

/** What a sentence is made with besides the record. */
export interface Telling {
  /** Organisation whose log it is. */
  readonly organization: string
  readonly reader: LogReader
  /** Registered name of an organisation; undefined where the registry does not know the number. */
  readonly nameOf: (organization: string) => string | undefined
  /**
   * No sub-unit is named, and nothing is repeated that somebody wrote freely: where the patient is treated tells where the patient
   * lives.
   */
  readonly withoutPlaces?: boolean
}

/** One entry in one sentence, made from its codes: no text of a record decides its grammar. */
export function tell(access: Access, telling: Telling, language: Language): string {
  const { record, log } = access
  const fill = (text: string, parts: Readonly<Record<string, string>>) => filled(text, parts)
  const named = (number: string) => telling.nameOf(number) ?? pieces.unknownOrganization[language]
  const template = sentences[log.kind][outcomeOf(record)][language]
  const text = fill(template, {
    who: whoAsked(access, telling, language),
    log: named(telling.organization),
    classes: listed(classesIn(record, language), language),
    rows: rowsIn(access, language),
    sources: listed(givers(record).map(named), language) || pieces.nobody[language],
    why: whyIn(access, telling, language),
    reason: reasonIn(record, language),
  })
  return text.charAt(0).toLocaleUpperCase('nb') + text.slice(1)
}

type Record_ = Access['record']

/** Each place filled once: what is filled in is never looked at for places. */
const filled = (text: string, parts: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (place, name: string) => parts[name] ?? place)

function whoAsked(access: Access, telling: Telling, language: Language): string {
  const { record } = access
  const { requester } = record
  const { reader, nameOf } = telling
  const organization = 'organization' in requester ? requester.organization : undefined
  const place = organization && (nameOf(organization) ?? pieces.unknownOrganization[language])
  switch (accessorKindOf(record)) {
    case 'PATIENT':
      return (reader === 'SELF' ? pieces.self : pieces.patient)[language]
    case 'REPRESENTATIVE': {
      const isHidden = hiddenFields(access, reader).includes('who.name')
      const name = isHidden ? undefined : nameIn(record)
      if (name === undefined) return pieces.someRepresentative[language]
      return filled(pieces.representative[language], { name })
    }
    case 'SYSTEM':
      // Who asked an organisation that does not know the patient is not kept there (docs/security-model.md).
      if (record.event !== 'PATIENT_DATA_WRITTEN') {
        return pieces.somebody[language] + atPlace(place, language)
      }
      return filled(pieces[place ? 'systemAt' : 'system'][language], {
        organization: place ?? '',
        client: requester.clientId,
      })
    case 'PROFESSIONAL': {
      const code = 'authorization' in requester ? requester.authorization : undefined
      const role = code && filled(pieces.role[language], { role: wordsOf(roles, code, language) })
      const name = nameIn(record) ?? pieces.somebody[language]
      return `${name}${role ?? ''}${atPlace(place, language)}`
    }
  }
}

const atPlace = (organization: string | undefined, language: Language): string =>
  organization ? filled(pieces.at[language], { organization }) : ''

const nameIn = ({ requester }: Record_): string | undefined =>
  'name' in requester ? requester.name : undefined

const classesIn = (record: Record_, language: Language): readonly string[] =>
  'classes' in record ? record.classes.map((code) => wordsOf(classes, code, language)) : []

function listed(all: readonly string[], language: Language): string {
  if (all.length === 0) return pieces.something[language]
  if (all.length === 1) return all[0] ?? ''
  return `${all.slice(0, -1).join(', ')}${pieces.and[language]}${all.at(-1) ?? ''}`
}

/** Organisations that gave something, in the gateway's log. */
const givers = (record: Record_): readonly string[] =>
  ('sources' in record ? (record.sources ?? []) : []).flatMap(({ organization, returned = 0 }) =>
    returned > 0 ? [organization] : [],
  )

function rowsIn({ record, items }: Access, language: Language): string {
  const returned = ('sources' in record ? (record.sources ?? []) : []).reduce(
    (sum, { returned: rows = 0 }) => sum + rows,
    0,
  )
  const count = items.length + returned
  if (count === 0) return ''
  return count === 1 ? pieces.row[language] : filled(pieces.rows[language], { count: `${count}` })
}

function whyIn(access: Access, { reader, withoutPlaces }: Telling, language: Language): string {
  const { record } = access
  const code = 'purpose' in record ? record.purpose : undefined
  if (code === undefined || accessorKindOf(record) === 'PATIENT') return ''
  const purpose = wordsOf(purposes, code, language)
  const isHidden = withoutPlaces || hiddenFields(access, reader).includes('decision')
  const decision = isHidden ? undefined : decisionIn(record)
  const ground = decision === undefined ? '' : filled(pieces.decision[language], { decision })
  return `${filled(pieces.why[language], { purpose })}${ground}`
}

const decisionIn = (record: Record_): string | undefined =>
  'decisionRef' in record ? record.decisionRef?.description : undefined

function reasonIn(record: Record_, language: Language): string {
  const code = 'code' in record ? record.code : undefined
  if (code === undefined) return ''
  return filled(pieces.reason[language], { reason: wordsOf(reasons, code, language) })
}
