import { parseInput } from '@kilde/catalogue'
import { bodyOf } from '@kilde/feed'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { RegistryError } from '../errors.js'

/**
 * @throws RegistryError `REGISTRY_INPUT` where the body is not JSON
 * @throws CatalogueError `CATALOGUE_INVALID`, naming every field that is wrong
 */
export function readBody<T>(shape: z.ZodType<T>, request: FastifyRequest): T {
  return parseInput(shape, readJson(request))
}

export function readJson(request: FastifyRequest): unknown {
  try {
    return JSON.parse(Buffer.from(bodyOf(request)).toString('utf8')) as unknown
  } catch {
    throw new RegistryError('REGISTRY_INPUT', { text: 'The request body is not JSON.' })
  }
}
