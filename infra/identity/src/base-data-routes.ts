import { acuteWard, organizations, personas } from '@kilde/people'
import { ServiceError } from '@kilde/service'
import type { FastifyInstance } from 'fastify'

/** A day before all people and organisations of the demo. */
const LONG_AGO = '2010-01-01T00:00:00+01:00'

/** Registers of the demo's health personnel and organisations, in the form that `remoteBaseData` of the trust package reads. */
export function addBaseDataRoutes(app: FastifyInstance): void {
  const personnel = new Map(personas.flatMap(personnelOf))
  const units = new Map([...Object.values(organizations).flatMap(unitsOf), ...wards])
  const serve = (path: string, entries: ReadonlyMap<string, object>): void => {
    app.get<{ Params: { number: string } }>(`/base-data/${path}/:number`, async ({ params }) => {
      const entry = entries.get(params.number)
      if (!entry) throw new ServiceError('NOT_FOUND')
      return entry
    })
  }
  serve('hpr', personnel)
  serve('organizations', units)
}

type Entry = readonly [string, object]

function personnelOf({ hprNumber, pid, authorization }: (typeof personas)[number]): Entry[] {
  if (hprNumber === undefined) return []
  const authorizations = authorization ? [{ code: authorization.code, validFrom: LONG_AGO }] : []
  return [[hprNumber, { hprNumber, pid, authorizations }]]
}

type Organization = (typeof organizations)[keyof typeof organizations]

function unitsOf({ number, name, pointOfCare, pointOfCareName }: Organization): Entry[] {
  return [
    [number, { number, name }],
    [pointOfCare, { number: pointOfCare, name: pointOfCareName, parent: number }],
  ]
}

const wards: readonly Entry[] = [
  [
    acuteWard.pointOfCare,
    {
      ...{ number: acuteWard.pointOfCare, name: acuteWard.pointOfCareName },
      parent: organizations.hospital.number,
    },
  ],
]
