import { z } from 'zod'
import {
  coding,
  decimal,
  identifier,
  parseKeepingDigits,
  quantity,
  text,
} from '../../map/elements.js'

const extension = z
  .array(
    z.object({
      url: text,
      valueString: text.optional(),
      valueDecimal: decimal.optional(),
      valueCode: text.optional(),
      extension: z
        .array(z.object({ url: text, valueString: text.optional(), valueCode: text.optional() }))
        .optional(),
    }),
  )
  .optional()
const scored = coding.extend({ extension })
const reference = z.object({
  reference: text.optional(),
  type: text.optional(),
  identifier: identifier.optional(),
  display: text.optional(),
})

const values = {
  valueBoolean: z.boolean().optional(),
  valueDecimal: decimal.optional(),
  valueInteger: z.int().optional(),
  valueDate: text.optional(),
  valueDateTime: text.optional(),
  valueTime: text.optional(),
  valueString: text.optional(),
  valueUri: text.optional(),
  valueAttachment: z.object({ contentType: text.optional(), title: text.optional() }).optional(),
  valueCoding: scored.optional(),
  valueQuantity: quantity.optional(),
  valueReference: reference.optional(),
}

const item = z.object({
  linkId: text,
  definition: text.optional(),
  text: text.optional(),
  get answer() {
    return z
      .array(
        z.object({
          ...values,
          extension,
          get item() {
            return z.array(item).optional()
          },
        }),
      )
      .optional()
  },
  get item() {
    return z.array(item).optional()
  },
})

/** The elements of a FHIR R4 QuestionnaireResponse that the contract shows. Any may be missing: only selected ones are read. */
const response = z.object({
  meta: z.object({ profile: z.array(text).optional() }).optional(),
  identifier: z
    .union([identifier, z.array(identifier)])
    .optional()
    .transform((one) => (one === undefined ? undefined : [one].flat())),
  questionnaire: text.optional(),
  _questionnaire: z.object({ extension }).optional(),
  status: text.optional(),
  authored: text.optional(),
  author: reference.optional(),
  source: reference.optional(),
  item: z.array(item).optional(),
  contained: z.array(z.unknown()).optional(),
})

const definitionItem = z.object({
  linkId: text,
  text: text.optional(),
  code: z.array(coding).optional(),
  extension,
  answerOption: z.array(z.object({ valueCoding: scored.optional() })).optional(),
  answerValueSet: text.optional(),
  get item() {
    return z.array(definitionItem).optional()
  },
})

const concepts = z.array(z.object({ code: text, extension }))

/** As far as a definition tells what a response means. */
const definition = z.object({
  resourceType: z.literal('Questionnaire'),
  id: text.optional(),
  meta: z
    .object({
      tag: z.array(z.object({ system: text.optional(), code: text.optional() })).optional(),
    })
    .optional(),
  language: text.optional(),
  url: text.optional(),
  version: text.optional(),
  name: text.optional(),
  title: text.optional(),
  _title: z.object({ extension }).optional(),
  code: z.array(coding).optional(),
  item: z.array(definitionItem).optional(),
  contained: z
    .array(
      z.looseObject({
        id: text.optional(),
        compose: z
          .object({
            include: z.array(z.object({ system: text.optional(), concept: concepts.optional() })),
          })
          .optional(),
      }),
    )
    .optional(),
})

export type ResponseElements = z.infer<typeof response>
export type ItemElements = z.infer<typeof item>
export type AnswerElements = NonNullable<ItemElements['answer']>[number]
export type DefinitionElements = z.infer<typeof definition>
export type DefinitionItem = z.infer<typeof definitionItem>
export type Extensions = z.infer<typeof extension>

/** Reads stored elements. @throws where they are not what FHIR R4 says, so that the response is dropped alone */
export const readResponseElements = (json: string): ResponseElements =>
  response.parse(parseKeepingDigits(json))

/** A Questionnaire; undefined for a resource of another type, or one that cannot be read: the answers stand without it. */
export const readDefinition = (resource: unknown): DefinitionElements | undefined =>
  definition.safeParse(resource).data
