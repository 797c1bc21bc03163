/** The part of JSON Schema that event schemas use. */
export interface JsonSchema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  patternProperties?: Record<string, JsonSchema>
  additionalProperties?: boolean | JsonSchema
  required?: string[]
  description?: string
}

const primitives: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

/**
 * The TypeScript type of the values that a schema accepts.
 *
 * @param indent spaces before the lines after the first
 * @throws Error when the schema uses what is not translated here
 */
export function typeOfSchema(schema: JsonSchema, indent = ''): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return union(schema.enum.map(value => JSON.stringify(value)))
  if (schema.anyOf) return union(schema.anyOf.map(one => typeOfSchema(one, indent)))
  if (schema.type === 'array' && schema.items) return `Array<${typeOfSchema(schema.items, indent)}>`
  if (schema.type === 'object') return objectType(schema, indent)
  const primitive = primitives[schema.type ?? '']
  if (!primitive) throw new Error(`no TypeScript type is known for the schema ${JSON.stringify(schema)}`)
  return primitive
}

const union = (types: string[]) => [...new Set(types)].join(' | ')

function objectType(schema: JsonSchema, indent: string): string {
  const values = valuesOf(schema)
  if (!schema.properties && values) return `Record<string, ${typeOfSchema(values, indent)}>`
  const inner = `${indent}  `
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const optional = schema.required?.includes(name) ? '' : '?'
    return `${docComment(field.description, inner)}${inner}${name}${optional}: ${typeOfSchema(field, inner)}\n`
  })
  return `{\n${fields.join('')}${indent}}`
}

/** The schema of all values, in an object that is a map. */
function valuesOf({ patternProperties, additionalProperties }: JsonSchema): JsonSchema | undefined {
  const [pattern] = Object.values(patternProperties ?? {})
  return pattern ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined)
}

export function docComment(text: string | undefined, indent: string): string {
  return text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '* /')} */\n`
}
