import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { appointments } from '../src/classes/appointment/index.js'
import { VIRTUAL_SERVICE } from '../src/classes/appointment/mode.js'
import { communications } from '../src/classes/communication/index.js'
import { fieldOf, rowsOf } from './kit/class-rows.js'
import { ENH, FNR } from './kit/observations.js'

const { municipality } = organizations
const patient = { type: 'Patient', identifier: { system: FNR, value: patients.copd.identifier } }
const nurse = { type: 'Practitioner', display: 'Anne Aas' }
const owner = {
  ...{ type: 'Organization', identifier: { system: ENH, value: municipality.number } },
  display: municipality.name,
}
const SECRET = 'hemmelig-nøkkel'

const channel = (code?: string) => ({
  url: VIRTUAL_SERVICE,
  extension: [
    ...(code === undefined ? [] : [{ url: 'channelType', valueCoding: { code } }]),
    { url: 'virtualAddress', valueUrl: `https://video.example/${SECRET}` },
    { url: 'sessionKey', valueString: SECRET },
  ],
})
const appointment = (more: Record<string, unknown> = {}) => ({
  resourceType: 'Appointment',
  ...{ id: 'a1', status: 'booked', start: '2026-06-01T09:00:00Z', end: '2026-06-01T09:20:00Z' },
  participant: [
    { actor: patient, status: 'accepted' },
    { actor: nurse, status: 'needs-action' },
    { actor: owner, status: 'accepted' },
  ],
  ...more,
})
const encounter = (more: Record<string, unknown> = {}) => ({
  resourceType: 'Encounter',
  ...{ id: 'e1', status: 'finished', class: { code: 'VR' }, subject: patient },
  appointment: [{ reference: 'Appointment/a1' }],
  period: { start: '2026-06-01T09:02:00Z', end: '2026-06-01T09:25:00Z' },
  ...more,
})

describe('how an appointment is held', () => {
  it.each([
    ['a channel of video', [channel('ms-teams')], [], 'VIDEO'],
    ['the telephone', [channel('phone')], [], 'PHONE'],
    ['another channel', [channel('x')], [], 'OTHER_REMOTE'],
    ['no channel', [channel()], [], 'OTHER_REMOTE'],
    ['what came of it', [], [encounter()], 'OTHER_REMOTE'],
    ['a visit', [], [encounter({ class: { code: 'HH' } })], 'HOME_VISIT'],
    ['nothing', [], [], 'UNKNOWN'],
  ])('is told by %s', async (_, extension, further, mode) => {
    const { rows } = await rowsOf(appointments, [appointment({ extension }), ...further])
    expect(rows.map(({ facets }) => facets['mode'])).toEqual([[mode]])
    expect(fieldOf(appointments, rows[0], 'mode')).toBe(mode)
  })
})

describe('an appointment', () => {
  it('has who takes part, by name, and what came of it', async () => {
    const wrong = encounter({ id: 'e2', status: 'entered-in-error' })
    const { rows } = await rowsOf(appointments, [encounter(), appointment(), wrong])
    expect(fieldOf(appointments, rows[0], 'participant')).toMatchObject([
      { kind: 'PATIENT', party: { display: undefined }, status: 'ACCEPTED' },
      { kind: 'STAFF', party: { display: 'Anne Aas' }, status: 'NEEDS_ACTION' },
      { party: { organization: { number: municipality.number } } },
    ])
    expect(fieldOf(appointments, rows[0], 'encounter')).toEqual([
      { status: 'FINISHED', start: '2026-06-01T09:02:00Z', end: '2026-06-01T09:25:00Z' },
    ])
    expect(rows[0]?.owner).toBe(municipality.number)
  })

  it('is kept without what was written to somebody, and without what opens the room', async () => {
    const words = { comment: SECRET, patientInstruction: SECRET, text: { div: SECRET } }
    const sent = appointment({ ...words, extension: [channel('zoom')], description: 'Kontroll' })
    const { rows, told } = await rowsOf(appointments, [sent])
    expect(rows[0]?.resource).toContain('Kontroll')
    expect(rows[0]?.resource).not.toContain(SECRET)
    expect(told[0]?.texts.join()).toContain('metadata alone')
  })

  it.each([
    ['no patient', { participant: [{ actor: nurse, status: 'accepted' }] }],
    ['an end without a start', { start: undefined }],
    ['no time, though it is booked', { start: undefined, end: undefined }],
    ['an end before its start', { end: '2026-06-01T08:00:00Z' }],
    ['no status', { status: undefined }],
  ])('is refused with %s', async (_, more) => {
    const { rows, told } = await rowsOf(appointments, [appointment(more)])
    expect([rows, told[0]?.status.slice(0, 3)]).toEqual([[], '422'])
  })

  it('has its encounters alone: others are refused', async () => {
    const { told } = await rowsOf(appointments, [encounter({ appointment: undefined })])
    expect(told[0]?.status).toContain('422')
  })
})

describe('a message', () => {
  const message = (more: Record<string, unknown> = {}) => ({
    resourceType: 'Communication',
    ...{ id: 'm1', status: 'completed', subject: patient, sent: '2026-06-01T09:00:00Z' },
    ...{ sender: patient, recipient: [owner], topic: { text: 'Tungpust' }, priority: 'urgent' },
    ...more,
  })

  it('is told with who, to whom and about what', async () => {
    const { rows } = await rowsOf(communications, [message()])
    const told = (field: string) => fieldOf(communications, rows[0], field)
    expect([told('sentBy'), told('sender'), told('priority')]).toEqual([
      'PATIENT',
      undefined,
      'URGENT',
    ])
    expect(told('recipient')).toMatchObject([{ display: municipality.name }])
    expect(told('topic')).toMatchObject({ text: 'Tungpust' })
    const [answer] = (await rowsOf(communications, [message({ sender: nurse })])).rows
    expect(fieldOf(communications, answer, 'sender')).toMatchObject({ display: 'Anne Aas' })
  })

  it('is kept without what it says', async () => {
    const payload = [{ contentString: SECRET }]
    const sent = message({ payload, note: [{ text: SECRET }], text: { div: SECRET } })
    const { rows, told } = await rowsOf(communications, [sent])
    expect(JSON.stringify(rows)).not.toContain(SECRET)
    expect(told[0]?.texts.join()).toContain('not kept')
  })

  it('is no other message where only its words differ', async () => {
    const contentOf = async (more: object) =>
      (await rowsOf(communications, [message({ ...more })])).rows[0]?.content
    expect(await contentOf({ payload: [{ contentString: 'a' }] })).toBe(await contentOf({}))
    expect(await contentOf({ received: '2026-06-02T09:00:00Z' })).not.toBe(await contentOf({}))
  })

  it.each([
    ['no status', { status: undefined }],
    ['a time that nobody can read', { sent: '2026-02-30T09:00:00Z' }],
  ])('is refused with %s', async (_, more) => {
    const { rows, told } = await rowsOf(communications, [message(more)])
    expect([rows, told[0]?.status.slice(0, 3)]).toEqual([[], '422'])
  })
})
