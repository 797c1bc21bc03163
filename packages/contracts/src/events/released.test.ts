import Type, { type TSchema } from 'typebox'
import { expect, it } from 'vitest'
import { compareReleased, currentSchemas, type EventSchemas, readReleasedSchemas } from './released.ts'

it('keeps every released event readable: a breaking change needs a new event type', () => {
  expect(compareReleased(readReleasedSchemas(), currentSchemas())).toEqual([])
})

it('would report each event and each field of this version that is removed', () => {
  const current = currentSchemas()
  for (const [name, { topic, data }] of Object.entries(current)) {
    const { [name]: _gone, ...others } = current
    expect(compareReleased(current, others)).toEqual([`${name}: the event type was removed`])
    for (const field of Object.keys(data.properties as object)) {
      const { [field]: _removed, ...properties } = data.properties as Record<string, unknown>
      const without = { ...current, [name]: { topic, data: { ...data, properties } } }
      expect(compareReleased(current, without)).toEqual([`${name}.${field}: the field was removed`])
    }
  }
})

const line = {
  sku: Type.String({ pattern: '^[a-z]+$', maxLength: 8 }),
  quantity: Type.Integer({ minimum: 1, maximum: 9 }),
}
const fields = {
  orderId: Type.String(),
  reason: Type.Union([Type.Literal('late'), Type.Literal('second')]),
  currency: Type.Literal('CNY'),
  kind: Type.Enum(['a', 'b']),
  lines: Type.Array(Type.Object(line), { minItems: 1, maxItems: 5 }),
  note: Type.Optional(Type.String()),
  requestNo: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
  at: Type.String({ format: 'date-time' }),
  metadata: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 500 }))),
  payment: Type.Object({ tradeNo: Type.String(), instalments: Type.Optional(Type.Integer()) }),
}

/** Event types as they are stored, with one event that has the fields given. */
function events(given: Record<string, TSchema>, topic = 'order.events'): EventSchemas {
  return JSON.parse(JSON.stringify({ Sent: { topic, data: Type.Object(given) } }))
}

const released = events(fields)
const { orderId: _orderId, ...withoutOrderId } = fields
const lines = (changes: Record<string, TSchema>, bounds = { minItems: 1, maxItems: 5 }) =>
  events({ ...fields, lines: Type.Array(Type.Object({ ...line, ...changes }), bounds) })

it.each<[string, EventSchemas, string[]]>([
  ['an event type is removed', {}, ['Sent: the event type was removed']],
  ['it moves to another topic', events(fields, 'payment.events'), ['Sent: moved from order.events to payment.events']],
  ['a field is removed', events(withoutOrderId), ['Sent.orderId: the field was removed']],
  [
    'a field is renamed',
    events({ ...withoutOrderId, order: Type.String() }),
    ['Sent.orderId: the field was removed', 'Sent.order: is new and required, which stored records lack'],
  ],
  [
    'a field of an element is removed',
    events({ ...fields, lines: Type.Array(Type.Object({ sku: line.sku }), { minItems: 1, maxItems: 5 }) }),
    ['Sent.lines[].quantity: the field was removed'],
  ],
  [
    'a field in an object is removed',
    events({ ...fields, payment: Type.Object({ tradeNo: Type.String() }) }),
    ['Sent.payment.instalments: the field was removed'],
  ],
  [
    'an optional field is removed',
    events({ ...fields, note: undefined as never }),
    ['Sent.note: the field was removed'],
  ],
  [
    'a field that was always there becomes optional',
    events({ ...fields, orderId: Type.Optional(Type.String()) }),
    ['Sent.orderId: was always there and is now optional'],
  ],
  [
    'an optional field becomes required',
    events({ ...fields, note: Type.String() }),
    ['Sent.note: was optional and is now required, which stored records may lack'],
  ],
  [
    'a required field is added',
    lines({ title: Type.String() }),
    ['Sent.lines[].title: is new and required, which stored records lack'],
  ],
  [
    'a type changes',
    lines({ quantity: Type.String() }),
    ['Sent.lines[].quantity: the type changed from integer to string'],
  ],
  [
    'an integer may have a fraction',
    lines({ quantity: Type.Number({ minimum: 1, maximum: 9 }) }),
    ['Sent.lines[].quantity: the type changed from integer to number'],
  ],
  [
    'an object becomes an array of objects',
    events({ ...fields, payment: Type.Array(fields.payment) }),
    ['Sent.payment: the type changed from object to array'],
  ],
  [
    'a field may be null',
    events({ ...fields, orderId: Type.Union([Type.String(), Type.Null()]) }),
    ['Sent.orderId: can now be null'],
  ],
  [
    'a field can no longer be null',
    events({ ...fields, requestNo: Type.String({ maxLength: 64 }) }),
    ['Sent.requestNo: can no longer be null'],
  ],
  [
    'one of two types is narrowed',
    events({ ...fields, requestNo: Type.Union([Type.String({ maxLength: 32 }), Type.Null()]) }),
    ['Sent.requestNo: maxLength changed from 64 to 32'],
  ],
  [
    'a listed value is removed',
    events({ ...fields, reason: Type.Literal('late') }),
    ['Sent.reason: the value "second" was removed'],
  ],
  [
    'a value of an enum is renamed',
    events({ ...fields, kind: Type.Enum(['a', 'c']) }),
    ['Sent.kind: the value "b" was removed'],
  ],
  [
    'the only value changes',
    events({ ...fields, currency: Type.Literal('USD') }),
    ['Sent.currency: the value "CNY" was removed'],
  ],
  [
    'a text becomes listed values',
    events({ ...fields, orderId: Type.Union([Type.Literal('a'), Type.Literal('b')]) }),
    ['Sent.orderId: can no longer be any string'],
  ],
  [
    'a listed value becomes any text',
    events({ ...fields, currency: Type.String() }),
    ['Sent.currency: can now be any string'],
  ],
  [
    'a value of another type is added',
    events({ ...fields, currency: Type.Union([Type.Literal('CNY'), Type.Literal(0)]) }),
    ['Sent.currency: the value 0 is of a type that it never had'],
  ],
  [
    'a pattern changes',
    lines({ sku: Type.String({ pattern: '^[a-f]+$', maxLength: 8 }) }),
    ['Sent.lines[].sku: pattern changed from "^[a-z]+$" to "^[a-f]+$"'],
  ],
  [
    'a pattern is added',
    events({ ...fields, orderId: Type.String({ pattern: '^ord_' }) }),
    ['Sent.orderId: pattern "^ord_" was added'],
  ],
  ['a format is removed', events({ ...fields, at: Type.String() }), ['Sent.at: format "date-time" was removed']],
  [
    'a length is shortened',
    lines({ sku: Type.String({ pattern: '^[a-z]+$', maxLength: 4 }) }),
    ['Sent.lines[].sku: maxLength changed from 8 to 4'],
  ],
  [
    'a length is limited',
    events({ ...fields, orderId: Type.String({ minLength: 3 }) }),
    ['Sent.orderId: minLength 3 was added'],
  ],
  [
    'bounds of a number are tightened',
    lines({ quantity: Type.Integer({ minimum: 2, maximum: 8 }) }),
    ['Sent.lines[].quantity: minimum changed from 1 to 2', 'Sent.lines[].quantity: maximum changed from 9 to 8'],
  ],
  [
    'bounds of a list are tightened',
    lines({}, { minItems: 2, maxItems: 4 }),
    ['Sent.lines: minItems changed from 1 to 2', 'Sent.lines: maxItems changed from 5 to 4'],
  ],
  [
    'a number must be a multiple',
    lines({ quantity: Type.Integer({ minimum: 1, maximum: 9, multipleOf: 2 }) }),
    ['Sent.lines[].quantity: multipleOf 2 was added'],
  ],
  [
    'values of a map are shortened',
    events({ ...fields, metadata: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 9 }))) }),
    ['Sent.metadata.*: maxLength changed from 500 to 9'],
  ],
  [
    'fields that are not described are refused',
    events({ ...fields, payment: Type.Object(fields.payment.properties, { additionalProperties: false }) }),
    ['Sent.payment: can no longer have fields that are not described'],
  ],
])('reports when %s', (_, current, changes) => {
  expect(compareReleased(released, current)).toEqual(changes)
})

it.each<[string, EventSchemas]>([
  ['nothing', released],
  ['a new event type', { ...released, Returned: events({ id: Type.String() }).Sent as EventSchemas[string] }],
  ['new optional fields', events({ ...fields, reference: Type.Optional(Type.String()) })],
  ['a new optional field of an element', lines({ adjustmentFen: Type.Optional(Type.Integer()) })],
  [
    'a new optional object with required fields',
    events({ ...fields, shipping: Type.Optional(Type.Object({ fen: Type.Integer() })) }),
  ],
  ['another listed value', events({ ...fields, reason: Type.Union([fields.reason, Type.Literal('requested')]) })],
  ['another order of listed values', events({ ...fields, kind: Type.Enum(['b', 'a']) })],
  ['an enum instead of literals', events({ ...fields, reason: Type.Enum(['late', 'second']) })],
  ['wider bounds of a number', lines({ quantity: Type.Integer({ minimum: 0, maximum: 10 }) })],
  ['no bounds of a number', lines({ quantity: Type.Integer() })],
  ['wider bounds of a list', lines({}, { minItems: 0, maxItems: 6 })],
  ['a longer text without a pattern', lines({ sku: Type.String({ maxLength: 9 }) })],
  ['a longer text or null', events({ ...fields, requestNo: Type.Union([Type.Null(), Type.String()]) })],
  ['other descriptions', events({ ...fields, orderId: Type.String({ description: 'Order id', examples: ['a'] }) })],
  ['another order of fields', events(Object.fromEntries(Object.entries(fields).reverse()))],
])('allows %s', (_, current) => {
  expect(compareReleased(released, current)).toEqual([])
})

it('tells how a union of objects changes', () => {
  const a = Type.Object({ type: Type.Literal('a'), x: Type.String() })
  const b = Type.Object({ type: Type.Literal('b'), y: Type.String() })
  const c = Type.Object({ type: Type.Literal('c') })
  const union = (...schemas: TSchema[]) => events({ change: Type.Union(schemas) })
  expect(compareReleased(union(a, b), union(b, a))).toEqual([])
  expect(compareReleased(union(a, b), union(a, b, c))).toEqual(['Sent.change: can now be another object'])
  expect(compareReleased(union(a, b), union(a, c))).not.toEqual([])
})
