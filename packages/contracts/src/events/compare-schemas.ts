import { isDeepStrictEqual } from 'node:util'

/** A JSON Schema with any keyword. */
export interface Schema {
  readonly [keyword: string]: unknown
}

/** What a value may be: one of the listed values, or anything that fits one of the schemas. */
interface Alternatives {
  values: readonly unknown[]
  schemas: readonly Schema[]
}

/**
 * Finds how a later schema of the same value breaks readers of it, or refuses values that the earlier one allowed.
 *
 * @param path names the value in the sentences that are returned, one for each breaking change
 */
export function compareSchemas(path: string, before: Schema, after: Schema): string[] {
  const [was, is] = [alternativesOf(before), alternativesOf(after)]
  const [beforeOne, afterOne] = [onlySchemaOf(was), onlySchemaOf(is)]
  if (beforeOne && afterOne) return compareOne(path, beforeOne, afterOne)
  return [...compareValues(path, was, is), ...compareAlternatives(path, was.schemas, is.schemas)]
}

function alternativesOf(schema: Schema): Alternatives {
  const union = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined
  if (union) {
    const each = union.map(alternativesOf)
    return { values: each.flatMap(({ values }) => values), schemas: each.flatMap(({ schemas }) => schemas) }
  }
  if ('const' in schema) return { values: [schema.const], schemas: [] }
  if (Array.isArray(schema.enum)) return { values: schema.enum, schemas: [] }
  if (Array.isArray(schema.type)) return { values: [], schemas: schema.type.map(type => ({ ...schema, type })) }
  return { values: [], schemas: [schema] }
}

const onlySchemaOf = ({ values, schemas }: Alternatives) =>
  values.length === 0 && schemas.length === 1 ? schemas[0] : undefined

function compareValues(path: string, was: Alternatives, is: Alternatives): string[] {
  const typesBefore = new Set([...was.values.map(jsonTypeOf), ...was.schemas.map(({ type }) => type)])
  const typesNow = new Set(is.schemas.map(({ type }) => type))
  const removed = was.values.filter(value => !is.values.includes(value) && !typesNow.has(jsonTypeOf(value)))
  const added = is.values.filter(value => !was.values.includes(value) && !typesBefore.has(jsonTypeOf(value)))
  return [
    ...removed.map(value => `${path}: the value ${JSON.stringify(value)} was removed`),
    ...added.map(value => `${path}: the value ${JSON.stringify(value)} is of a type that it never had`),
  ]
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null'
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value
}

function compareAlternatives(path: string, was: readonly Schema[], is: readonly Schema[]): string[] {
  const fits = (one: Schema, other: Schema) => compareOne(path, one, other).length === 0
  const alike = (schemas: readonly Schema[], { type }: Schema) => schemas.filter(schema => schema.type === type)
  const lost = was
    .filter(one => !is.some(other => fits(one, other)))
    .flatMap(one => {
      const [other] = alike(is, one)
      return other ? compareOne(path, one, other) : [`${path}: can no longer be ${nameOf(one)}`]
    })
  const gained = is
    .filter(other => !was.some(one => fits(one, other)))
    // One alternative of a type on each side has been compared above.
    .filter(other => alike(was, other).length !== 1 || alike(is, other).length !== 1)
    .map(other => `${path}: can now be ${alike(was, other).length > 0 ? `another ${other.type}` : nameOf(other)}`)
  return [...lost, ...gained]
}

const nameOf = ({ type }: Schema) => (type === 'null' ? 'null' : `any ${type ?? 'value'}`)

function compareOne(path: string, before: Schema, after: Schema): string[] {
  if (before.type !== after.type) return [`${path}: the type changed from ${before.type} to ${after.type}`]
  return [
    ...compareFields(path, before, after),
    ...compareMaps(path, before, after),
    ...compareItems(path, before, after),
    ...compareBounds(path, before, after),
    ...compareOtherKeywords(path, before, after),
  ]
}

const propertiesOf = (schema: Schema) => (schema.properties ?? {}) as Readonly<Record<string, Schema>>
const requiredOf = (schema: Schema) => new Set((schema.required ?? []) as readonly string[])

function compareFields(path: string, before: Schema, after: Schema): string[] {
  const [was, is] = [propertiesOf(before), propertiesOf(after)]
  const [wasRequired, isRequired] = [requiredOf(before), requiredOf(after)]
  const added = [...isRequired].filter(name => was[name] === undefined && !wasRequired.has(name))
  const changes = Object.entries(was).flatMap(([name, schema]) => {
    const field = `${path}.${name}`
    const later = is[name]
    if (later === undefined) return [`${field}: the field was removed`]
    const changed = compareSchemas(field, schema, later)
    if (wasRequired.has(name) && !isRequired.has(name)) changed.push(`${field}: was always there and is now optional`)
    if (!wasRequired.has(name) && isRequired.has(name))
      changed.push(`${field}: was optional and is now required, which stored records may lack`)
    return changed
  })
  return [...changes, ...added.map(name => `${path}.${name}: is new and required, which stored records lack`)]
}

/** Fields of any name: `patternProperties` and `additionalProperties`. */
function compareMaps(path: string, before: Schema, after: Schema): string[] {
  const [was, is] = [mapsOf(before), mapsOf(after)]
  const closed = after.additionalProperties === false && before.additionalProperties !== false
  return [
    ...Object.entries(was).flatMap(([names, schema]) =>
      is[names] ? compareSchemas(`${path}.*`, schema, is[names]) : [`${path}.*: the type of these fields was removed`],
    ),
    ...Object.keys(is).flatMap(names => (was[names] ? [] : [`${path}.*: these fields now have a type`])),
    ...(closed ? [`${path}: can no longer have fields that are not described`] : []),
  ]
}

function mapsOf({ patternProperties = {}, additionalProperties }: Schema): Record<string, Schema> {
  const others =
    typeof additionalProperties === 'object' ? { additionalProperties: additionalProperties as Schema } : {}
  return { ...(patternProperties as Record<string, Schema>), ...others }
}

function compareItems(path: string, before: Schema, after: Schema): string[] {
  const [was, is] = [before.items, after.items] as (Schema | undefined)[]
  if (was && is) return compareSchemas(`${path}[]`, was, is)
  return was === is ? [] : [`${path}[]: the type of the elements was ${was ? 'removed' : 'added'}`]
}

const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']

function compareBounds(path: string, before: Schema, after: Schema): string[] {
  const boundOf = (schema: Schema, keyword: string, none: number) => (schema[keyword] as number | undefined) ?? none
  const tightened = [
    ...lowerBounds.filter(name => boundOf(after, name, -Infinity) > boundOf(before, name, -Infinity)),
    ...upperBounds.filter(name => boundOf(after, name, Infinity) < boundOf(before, name, Infinity)),
  ]
  return tightened.map(name => describeChange(path, name, before, after))
}

const comparedElsewhere = new Set([
  ...['type', 'properties', 'required', 'patternProperties', 'additionalProperties', 'items'],
  ...lowerBounds,
  ...upperBounds,
])
const annotations = new Set(['title', 'description', 'examples', 'default', 'deprecated', '$id', '$comment'])

/**
 * Any other keyword narrows when it is added or changed: whether a changed pattern allows all that the earlier one did
 * can't be decided. Without its format a text means something else to readers; other keywords may go.
 */
function compareOtherKeywords(path: string, before: Schema, after: Schema): string[] {
  const names = new Set([...Object.keys(after), ...(before.format === undefined ? [] : ['format'])])
  return [...names]
    .filter(name => !comparedElsewhere.has(name) && !annotations.has(name))
    .filter(name => !isDeepStrictEqual(before[name], after[name]))
    .map(name => describeChange(path, name, before, after))
}

function describeChange(path: string, keyword: string, before: Schema, after: Schema): string {
  const [was, is] = [before[keyword], after[keyword]].map(value => JSON.stringify(value))
  if (was === undefined) return `${path}: ${keyword} ${is} was added`
  return is === undefined
    ? `${path}: ${keyword} ${was} was removed`
    : `${path}: ${keyword} changed from ${was} to ${is}`
}
