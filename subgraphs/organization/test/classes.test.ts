import { describe, expect, it } from '@jest/globals'
import { sharingSdl, statusLetters } from '@kilde/contract'
import { isObjectType } from 'graphql'
import { resourceClasses } from '../src/classes/index.js'
import { compileShapeCheck } from '../src/ingest/fhir-schema.js'
import { contractSchema } from '../src/question/schema.js'

const checkShape = compileShapeCheck()

const fieldsOf = (type: string): readonly string[] => {
  const found = contractSchema.getType(type)
  return isObjectType(found) ? Object.keys(found.getFields()) : []
}

describe.each(resourceClasses.map((kind) => [kind.name, kind] as const))(
  'class %s',
  (name, kind) => {
    const { intake, view } = kind

    it('is made of types whose shape is checked', () => {
      for (const type of intake.types) {
        const wrong = checkShape(type, { resourceType: type, id: 7 }, 'it')
        expect(wrong).toMatchObject({ severity: 'error' })
      }
      expect(intake.types).toContain(intake.many?.type ?? name)
    })

    it('is a field of Patient, of its own class of data', () => {
      expect(fieldsOf('Patient')).toContain(view.field)
      const field = new RegExp(
        `\\b${view.field}\\([^@]*: ${view.type}Connection!\\s*@merge\\([^@]*dataClass: "${name}"\\s*\\)`,
      )
      expect(field.test(sharingSdl)).toBe(true)
    })

    it('says of every field of its type what elements it needs, and of none that there is not', () => {
      const fields = fieldsOf(view.type)
      expect(fields.filter((field) => !view.needs[field])).toEqual([])
      expect(view.fromRelated.filter((field) => !fields.includes(field))).toEqual([])
    })

    it('has a resolver for every field of its type', () => {
      const resolved = Object.keys(view.fields)
      expect(fieldsOf(view.type).filter((field) => !resolved.includes(field))).toEqual([])
    })

    it('has a letter for each status', () => {
      const known = Object.keys(statusLetters)
      expect(view.statuses.filter((status) => !known.includes(status))).toEqual([])
      expect(view.statuses).toContain('ENTERED_IN_ERROR')
    })

    it('lasts in statuses of its own alone', () => {
      const lasting = (kind.lasting ?? []).map((one) => one.toUpperCase().replaceAll('-', '_'))
      expect(lasting.filter((status) => !view.statuses.includes(status))).toEqual([])
    })

    it('lets nothing be left out that no field needs', () => {
      const needed = new Set(Object.values(view.needs).flat())
      expect(kind.leavable.filter((element) => !needed.has(element))).toEqual([])
    })
  },
)

describe('statuses', () => {
  it('have a letter each', () => {
    const letters = Object.values(statusLetters)
    expect(new Set(letters).size).toBe(letters.length)
  })
})
