import type { FastifyError } from 'fastify'
import { Problem } from './problem.ts'

/** The problem with a field that is well-formed but can not be as it is. `message` follows the field's name. */
export function invalidField(field: string, message: string): Problem {
  return new Problem('invalid-request', `${field} ${message}.`, { errors: [{ field, message }] })
}

/** The problem for a field whose text can't be stored. */
export function unstorableText(field: string): Problem {
  return invalidField(field, 'must not contain the character U+0000 or half a surrogate pair')
}

/** Fields that a problem names at most, so that the answer to a large body stays small. */
const namedFieldsMax = 20

/**
 * The problem for a request that its schema refuses: names the invalid fields by their paths, such as `items.0.quantity`,
 * 20 at most.
 */
export function invalidRequest(error: FastifyError): Problem {
  const found = withChoices(error.validation ?? [])
  const errors = found.slice(0, namedFieldsMax).map(({ instancePath, message, params }) => {
    const inside = instancePath.slice(1).replaceAll('/', '.')
    const named = params.missingProperty ?? params.additionalProperty
    const field = [inside, named].filter(Boolean).join('.')
    return { field, message: params.additionalProperty ? 'is not allowed here' : (message ?? 'is not valid') }
  })
  const detail = errors.map(({ field, message }) => `${field || error.validationContext} ${message}`).join('; ')
  const more = found.length > namedFieldsMax ? `; and ${found.length - namedFieldsMax} more` : ''
  return new Problem('invalid-request', `${detail}${more}.`, { errors })
}

type Validation = NonNullable<FastifyError['validation']>

/** One error for a field that is none of several values, in place of one for each value and one for all of them. */
function withChoices(validation: Validation): Validation {
  const unions = new Set(validation.flatMap(({ keyword, instancePath }) => (keyword === 'anyOf' ? [instancePath] : [])))
  const isChoice = ({ keyword, instancePath }: Validation[number]) => keyword === 'const' && unions.has(instancePath)
  const choices = Map.groupBy(validation.filter(isChoice), ({ instancePath }) => instancePath)
  return validation
    .filter(one => !isChoice(one))
    .map(one => {
      const values = one.keyword === 'anyOf' ? choices.get(one.instancePath) : undefined
      if (!values) return one
      return { ...one, message: `must be one of ${values.map(({ params }) => params.allowedValue).join(', ')}` }
    })
}
