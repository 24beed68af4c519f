import { describe, expect, it } from '@jest/globals'
import { organizations } from '@kilde/people'
import { devices } from '../src/classes/device/index.js'
import { ENH, SNOMED } from './kit/observations.js'
import { heldOf, shown, subject, take } from './kit/taken.js'

const { municipality, hospital } = organizations
const orgOf = ({ number, name }: { number: string; name: string }) => ({
  type: 'Organization',
  ...{ identifier: { system: ENH, value: number }, display: name },
})
const device = (id: string, more: Record<string, unknown> = {}) => ({
  ...{ resourceType: 'Device', id, deviceName: [{ name: id, type: 'user-friendly-name' }] },
  type: { coding: [{ system: SNOMED, code: '448703006' }] },
  ...more,
})
const use = (id: string, more: Record<string, unknown> = {}) => ({
  ...{ resourceType: 'DeviceUseStatement', id, subject, status: 'active' },
  ...{ device: { reference: 'Device/d' }, timingPeriod: { start: '2026-05-01' } },
  ...more,
})

const rowsOf = async (...resources: readonly object[]) => {
  const { kept } = await take(...resources)
  return devices.assemble(heldOf(kept.filter((one) => one.class === 'Device')))
}

describe('a device', () => {
  it('is a patient’s by itself, or by a statement of its use; any other is only referred to', async () => {
    const alone = await take(device('d'))
    expect(alone).toEqual({
      kept: [],
      said: ['information : Used to resolve references within this Bundle; not kept.'],
    })
    expect((await take(device('d', { patient: subject }))).kept).toHaveLength(1)
    const { kept } = await take(device('d'), use('u'))
    expect(kept.map(({ key, class: of }) => [of, key])).toEqual([
      ['Device', 'Device id:d'],
      ['Device', 'DeviceUseStatement id:u'],
    ])
  })

  it('is one row with all statements of its use, the newest first, whatever order they came in', async () => {
    const { rows, dropped } = await rowsOf(
      use('old', {
        status: 'completed',
        timingPeriod: { start: '2026-01-01', end: '2026-02-01' },
      }),
      use('new'),
      use('wrong', { status: 'entered-in-error', timingPeriod: { start: '2026-09-01' } }),
      device('d', { owner: orgOf(municipality) }),
    )
    expect([rows.length, dropped]).toEqual([1, 0])
    const [row] = rows
    expect(row).toMatchObject({
      ...{ owner: municipality.number, status: 'active', precision: 'DATE' },
      facets: { inUse: ['true'], type: [`${SNOMED}|448703006`] },
      codes: [`${SNOMED}|448703006`],
    })
    if (!row) throw new Error('no row')
    expect(
      await shown(devices, row, 'effective inUse use { status start end } owner { display }'),
    ).toEqual({
      effective: '2026-05-01T00:00:00+02:00',
      inUse: true,
      use: [
        { status: 'ACTIVE', start: '2026-05-01T00:00:00+02:00', end: null },
        {
          status: 'COMPLETED',
          start: '2026-01-01T00:00:00+01:00',
          end: '2026-02-01T23:59:59.999+01:00',
        },
      ],
      owner: { display: municipality.name },
    })
  })

  it('says who assigned it: by extension, else by the request that its use is based on', async () => {
    const request = {
      ...{ resourceType: 'DeviceRequest', id: 'r', subject, intent: 'order' },
      codeCodeableConcept: { text: 'oksymeter' },
      requester: orgOf(hospital),
    }
    const basedOn = [{ reference: 'DeviceRequest/r' }]
    const url = 'https://specs.kilde.example/fhir/device-assigned-by'
    const said = [{ url, valueReference: orgOf(municipality) }]
    const asked = 'assignedBy { display organization { number } } returnTo { display }'
    const number = async (more: Record<string, unknown>) => {
      const { rows } = await rowsOf(device('d'), use('u', { basedOn, ...more }), request)
      return rows[0] && shown(devices, rows[0], asked)
    }
    expect(await number({})).toEqual({
      assignedBy: { display: hospital.name, organization: { number: hospital.number } },
      returnTo: null,
    })
    expect(await number({ extension: said })).toMatchObject({
      assignedBy: { display: municipality.name },
    })
    expect((await take(request)).said).toEqual([
      'error Bundle.entry[0].resource: is taken only where a DeviceUseStatement of the same Bundle is based on it',
    ])
  })

  it('that nobody sent is as much as the statement says of it', async () => {
    const contained = [{ resourceType: 'Device', id: 'c', modelNumber: 'M7' }]
    const { rows } = await rowsOf(
      use('named', { device: { display: 'Vekt', identifier: { system: 'urn:s', value: '9' } } }),
      use('held', { device: { reference: '#c' }, contained, status: 'stopped' }),
    )
    const fields = 'deviceName modelNumber status inUse identifier { value }'
    expect(await Promise.all(rows.map((row) => shown(devices, row, fields)))).toEqual(
      [
        ...[{ deviceName: 'Vekt', modelNumber: null, status: 'ACTIVE', inUse: true }],
        ...[{ deviceName: null, modelNumber: 'M7', status: 'INACTIVE', inUse: false }],
      ].map((one, at) => ({ ...one, identifier: at === 0 ? [{ value: '9' }] : [] })),
    )
  })

  it('tells of its faults, firmware and battery as they were sent, and what differs is a conflict', async () => {
    const said = {
      patient: subject,
      status: 'active',
      statusReason: [{ coding: [{ system: 'urn:reason', code: 'off' }] }],
      version: [{ type: { text: 'firmware' }, value: '1.10' }],
      property: [{ type: { text: 'batteri' }, valueQuantity: [{ value: 40.0, unit: '%' }] }],
    }
    const { rows } = await rowsOf(device('d', said), device('e', { ...said, statusReason: [] }))
    const [first, second] = rows
    expect(first?.content).not.toBe(second?.content)
    expect(
      first &&
        (await shown(
          devices,
          first,
          'statusReason { coding { code } } deviceVersion { value } property { valueText } inUse',
        )),
    ).toEqual({
      statusReason: [{ coding: [{ code: 'off' }] }],
      deviceVersion: [{ value: '1.10' }],
      property: [{ valueText: '40 %' }],
      inUse: null,
    })
  })

  it.each([
    ['no status', { status: undefined }, 'error .status: is required'],
    [
      'an end before its start',
      { timingPeriod: { start: '2026-05-02', end: '2026-05-01' } },
      'error .timingPeriod.end: is before the start',
    ],
    [
      'no time',
      { timingPeriod: undefined },
      'warning : says no time: ordered by when it was received',
    ],
  ])('is used by a statement with %s only so far as it can be read', async (_, more, issue) => {
    const { said } = await take(use('u', more))
    expect(said).toContain(issue.replace(' ', ' Bundle.entry[0].resource'))
  })

  it('is closed by a label of a statement of its use', async () => {
    const security = [{ system: 'urn:oid:2.16.578.1.12.4.1.1.9603', code: 'NORS' }]
    const { rows } = await rowsOf(device('d'), use('u', { meta: { security } }))
    expect(rows[0]?.labels).toEqual(['NORS'])
  })
})
