/** The part of JSON Schema that the schemas of events use. */
export interface JsonSchema {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly JsonSchema[]
  items?: JsonSchema
  properties?: Readonly<Record<string, JsonSchema>>
  required?: readonly string[]
  format?: string
  description?: string
}

/** One field of an event as a reader sees it. */
export interface EventField {
  /** `lines[].sku` is the field `sku` of each element of `lines`. */
  path: string
  /** The type, or the values that the field may have. Values are in backticks. */
  type: string
  optional: boolean
  meaning: string
}

/** All fields of an object's schema, each followed by the fields in it. */
export function fieldsOf(schema: JsonSchema, prefix = ''): EventField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const optional = !schema.required?.includes(name)
    const own = { path, type: typeOf(field), optional, meaning: field.description ?? '' }
    return [own, ...fieldsOf(field.items ?? field, field.items ? `${path}[].` : `${path}.`)]
  })
}

function typeOf(schema: JsonSchema): string {
  const alternatives = schema.anyOf ?? schema.enum?.map(value => ({ const: value }))
  if (alternatives) return alternatives.map(typeOf).join(' or ')
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.format === 'date-time') return 'time'
  return schema.type ?? 'any'
}
