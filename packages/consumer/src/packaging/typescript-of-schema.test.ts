import { expect, it } from 'vitest'
import { typeOfSchema } from './typescript-of-schema.ts'

it.each([
  [{ type: 'integer' }, 'number'],
  [{ const: 'CNY', type: 'string' }, '"CNY"'],
  [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, '"a" | "b"'],
  [{ type: 'array', items: { type: 'string' } }, 'Array<string>'],
  [{ type: 'object', patternProperties: { '^.*$': { type: 'string' } } }, 'Record<string, string>'],
  [
    {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'string', description: 'its id' }, note: { type: 'object', properties: {} } },
    },
    '{\n  /** its id */\n  id: string\n  note?: {\n  }\n}',
  ],
])('translates %j', (schema, type) => {
  expect(typeOfSchema(schema)).toBe(type)
})

it('refuses a schema that it can not translate, rather than to accept any value', () => {
  expect(() => typeOfSchema({})).toThrow('no TypeScript type is known')
})
