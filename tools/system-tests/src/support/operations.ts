import fc from 'fast-check'
import { call } from './http.ts'

/** The parts of JSON schema that our routes use. */
interface Schema {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  maxItems?: number
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: Schema
}

/** One operation of the API, as its own document describes it. */
export interface Operation {
  method: string
  path: string
  parameters: Parameter[]
  /** By media type. */
  bodies: Record<string, Schema | undefined>
}

/** A request to an operation, right or wrong. */
export interface FuzzedRequest {
  path: string
  headers: Record<string, string>
  body: string | undefined
}

interface Document {
  paths: Record<
    string,
    Record<string, { parameters?: Parameter[]; requestBody?: { content: Record<string, { schema?: Schema }> } }>
  >
}

/** Values that exist, by the names that parameters and fields have for them. */
type Known = Record<string, string>

/** Every operation in the gateway's `/openapi.json`. */
export async function readOperations(): Promise<Operation[]> {
  const { body } = await call<Document>('GET', '/openapi.json')
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const content = Object.entries(requestBody?.content ?? {})
      const bodies = Object.fromEntries(content.map(([type, { schema }]) => [type, schema]))
      return { method: method.toUpperCase(), path, parameters, bodies }
    }),
  )
}

/**
 * Requests to an operation: most fit its schemas, some are wrong in one place, a few are anything at all.
 *
 * @param known values that exist, so that requests get further than 404
 */
export function requestsTo(operation: Operation, known: Known): fc.Arbitrary<FuzzedRequest> {
  const of = (place: Parameter['in']) => operation.parameters.filter(one => one.in === place)
  const arbitraryOf = ({ name, schema }: Parameter) => {
    return likely(name, fc.oneof(textFor(schema), fc.string({ unit: 'grapheme', maxLength: 40 })), known)
  }
  const all = (list: Parameter[], isNeeded: boolean) =>
    fc.record(Object.fromEntries(list.map(one => [one.name, arbitraryOf(one)])), isNeeded ? {} : { requiredKeys: [] })
  return fc
    .record({
      path: all(of('path'), true),
      query: all(of('query'), false),
      header: all(of('header'), false),
      body: bodyFor(operation, known),
    })
    .map(({ path, query, header, body }) => {
      const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(path[name])))
      const text = new URLSearchParams(query as Record<string, string>).toString()
      const headers = Object.entries(header as Record<string, string>).filter(([, value]) => /^[!-~]+$/.test(value))
      return {
        path: text === '' ? filled : `${filled}?${text}`,
        headers: { ...Object.fromEntries(headers), ...(body && { 'content-type': body.type }) },
        body: body?.text,
      }
    })
}

/** The known value of this name, two times of three. */
function likely(name: string, wild: fc.Arbitrary<unknown>, known: Known): fc.Arbitrary<unknown> {
  const value = known[name]
  return value === undefined ? wild : fc.oneof({ weight: 2, arbitrary: fc.constant(value) }, wild)
}

type Body = { type: string; text: string } | undefined

function bodyFor({ method, bodies }: Operation, known: Known): fc.Arbitrary<Body> {
  if (method === 'GET') return fc.constant(undefined)
  const types = Object.keys(bodies)
  const schema = bodies['application/json']
  const json = (value: fc.Arbitrary<unknown>) =>
    value.map(one => ({ type: 'application/json', text: JSON.stringify(one) ?? '' }))
  const type = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain', ...types)
  const raw = fc.record({ type, text: fc.string({ unit: 'grapheme', maxLength: 200 }) })
  const wrong = [json(fc.jsonValue({ maxDepth: 3 })), raw, fc.constant(undefined)].map(arbitrary => ({
    weight: 1,
    arbitrary: arbitrary as fc.Arbitrary<Body>,
  }))
  if (schema === undefined) return fc.oneof(...wrong)
  return fc.oneof(
    { weight: 5, arbitrary: json(valueFor(schema, known)) },
    { weight: 3, arbitrary: json(spoilt(valueFor(schema, known))) },
    ...wrong,
  )
}

/** A value with one field replaced, taken away or added. */
function spoilt(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(value, fc.nat(), fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('replace', 'drop', 'add'))
    .map(([one, at, other, how]) => {
      if (typeof one !== 'object' || one === null || Array.isArray(one)) return other
      const names = Object.keys(one)
      const name = names[at % Math.max(names.length, 1)] ?? 'x'
      const { [name]: _dropped, ...rest } = one as Record<string, unknown>
      if (how === 'drop') return rest
      return how === 'add' ? { ...one, [`x${at}`]: other } : { ...one, [name]: other }
    })
}

const textFor = (schema: Schema) =>
  valueFor(schema).map(value => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')))

/** Values that fit a schema; under names that are `known`, ones that exist too. */
function valueFor(schema: Schema, known: Known = {}): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(one => valueFor(one, known)))
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  switch ([schema.type].flat()[0]) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(
        ([name, one]) => [name, likely(name, valueFor(one, known), known)] as const,
      )
      return fc.record(Object.fromEntries(fields), { requiredKeys: schema.required ?? [] })
    }
    case 'array':
      return fc.array(valueFor(schema.items ?? {}, known), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 3),
      })
    case 'string':
      return textLike(schema)
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.constantFrom(schema.minimum ?? 0, schema.maximum ?? 1_000_000),
        fc.integer({
          min: Math.max(schema.minimum ?? 0, -(2 ** 31)),
          max: Math.min(schema.maximum ?? 100, 2 ** 31 - 1),
        }),
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function textLike({ pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern), { size: 'small' })
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 40) })
}
