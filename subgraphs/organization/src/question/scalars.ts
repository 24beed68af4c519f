import {
  isCodeToken,
  isTimeZone,
  isUcumUnit,
  parseInstant,
  parsePatientIdentifier,
} from '@kilde/contract'
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'

/** The contract's scalars: what comes in is checked once, here; what goes out was made by the mappers. */
export const scalars = {
  PatientIdentifier: new GraphQLScalarType({
    name: 'PatientIdentifier',
    parseValue: (value) => parsePatientIdentifier(value),
    parseLiteral: () => {
      throw new GraphQLError('A patient identifier must be given as a variable.')
    },
  }),
  Code: text('Code', 'a code as `system|code`', isCodeToken),
  UcumUnit: text('UcumUnit', 'a unit of UCUM', isUcumUnit),
  OrganizationNumber: text('OrganizationNumber', '9 digits', (value) => /^\d{9}$/.test(value)),
  TimeZone: text('TimeZone', 'a time zone of the IANA database', isTimeZone),
  Cursor: text('Cursor', 'a cursor', (value) => value.length <= 2_000),
  DateTime: text(
    'DateTime',
    'an instant as RFC 3339',
    (value) => !Number.isNaN(inputInstantMs(value)),
  ),
  Milliseconds: new GraphQLScalarType({ name: 'Milliseconds' }),
}

/** Epoch milliseconds of a `DateTime` that came in (seconds may be left out); NaN for one that the calendar does not have. */
export const inputInstantMs = (text: string): number => parseInstant(text) ?? Number.NaN

function text(
  name: string,
  expected: string,
  isValid: (value: string) => boolean,
): GraphQLScalarType {
  const check = (value: unknown): string => {
    if (typeof value === 'string' && isValid(value)) return value
    throw new GraphQLError(`${name} must be ${expected}.`)
  }
  return new GraphQLScalarType({
    name,
    parseValue: check,
    parseLiteral: (node) => check(node.kind === Kind.STRING ? node.value : undefined),
    serialize: (value) => value,
  })
}
