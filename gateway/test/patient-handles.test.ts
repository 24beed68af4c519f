import { randomBytes } from 'node:crypto'
import { expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { PatientHandles } from '../src/patient-handles.js'

const patient = parsePatientIdentifier('08825133489')
const handles = new PatientHandles(randomBytes(32))

it('opens a handle for the requester it was made for', () => {
  expect(handles.read(handles.write(patient, 'anna'), 'anna')).toEqual(patient)
})

it('gives a requester the same handle again, and another requester another one', () => {
  expect(handles.write(patient, 'anna')).toBe(handles.write(patient, 'anna'))
  expect(handles.write(patient, 'anna')).not.toBe(handles.write(patient, 'bernt'))
})

it('opens no handle of another requester, of another key, or with a changed byte', () => {
  const handle = handles.write(patient, 'anna')
  expect(handles.read(handle, 'bernt')).toBeUndefined()
  expect(new PatientHandles(randomBytes(32)).read(handle, 'anna')).toBeUndefined()
  const bytes = Buffer.from(handle, 'base64url')
  bytes.forEach((byte, index) => {
    const changed = Buffer.from(bytes)
    changed[index] = byte ^ 1
    expect(handles.read(changed.toString('base64url'), 'anna')).toBeUndefined()
  })
})

it('does not show the number', () => {
  const handle = handles.write(patient, 'anna')
  expect(Buffer.from(handle, 'base64url').toString('latin1')).not.toContain(patient.value)
})
