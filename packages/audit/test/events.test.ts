import { expect, it } from '@jest/globals'
import { auditEvents, auditFields, auditRecord } from '../src/index.js'

it('every event of the table is a record that can be written, with exactly the fields that the table tells', () => {
  const shapes = Object.fromEntries(
    auditRecord.options.map(({ shape }) => [shape.event.value, Object.entries(shape)]),
  )
  expect(Object.keys(auditEvents).sort()).toEqual(Object.keys(shapes).sort())
  for (const [event, { required, optional }] of Object.entries(auditEvents)) {
    const told = [...required, ...optional].flatMap((name) => name.split(' | '))
    const held = (shapes[event] ?? []).map(([name]) => name)
    expect([event, ...told.sort()]).toEqual([
      event,
      ...held.filter((name) => !['event', 'at'].includes(name)).sort(),
    ])
  }
})

it('a field is required where the table says so', () => {
  for (const option of auditRecord.options) {
    const { required } = auditEvents[option.shape.event.value]
    const missing = auditRecord.safeParse({ event: option.shape.event.value }).error?.issues ?? []
    const fields = missing.map((issue) => String(issue.path[0])).filter((name) => name !== 'at')
    const alone = required.filter((name) => !name.includes('|'))
    expect(fields.sort()).toEqual([...alone].sort())
  }
})

it('every field of a record is described', () => {
  const told = Object.values(auditEvents).flatMap(({ required, optional }) => [
    ...required,
    ...optional,
  ])
  const names = new Set(told.flatMap((name) => name.split(' | ')))
  expect(Object.keys(auditFields).sort()).toEqual([...names, 'event', 'at'].sort())
})
