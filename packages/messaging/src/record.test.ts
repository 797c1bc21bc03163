import type { NewEvent } from '@alipay-checkout/contracts'
import { describe, expect, it } from 'vitest'
import { fromRecord, isUnknownEvent, toRecord, UnreadableRecord } from './record.ts'

const orderId = 'ord_0192f3a4b5c67d8e9fa0b1c2d3e4f506'
const closing: NewEvent = { type: 'OrderClosing', key: orderId, data: { orderId, reason: 'expired' } }
const meta = {
  id: '0192f3a4-b5c6-7d8e-9fa0-b1c2d3e4f506',
  time: new Date('2026-11-23T02:30:00Z'),
  source: 'order-service',
}

/** A record as Kafka delivers it: all parts are bytes. */
function onKafka(event: NewEvent) {
  const { key, value, headers } = toRecord(event, meta)
  return {
    key: Buffer.from(key),
    value: Buffer.from(value) as Buffer | null,
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])) as Record<
      string,
      Buffer
    >,
  }
}

describe('an event as a Kafka record', () => {
  it('is a CloudEvent in binary mode, keyed by its order', () => {
    expect(toRecord(closing, meta)).toEqual({
      topic: 'order.events',
      key: orderId,
      value: JSON.stringify({ orderId, reason: 'expired' }),
      headers: {
        'content-type': 'application/json',
        ce_datacontenttype: 'application/json',
        ce_specversion: '1.0',
        ce_id: meta.id,
        ce_type: 'OrderClosing',
        ce_source: '/order-service',
        ce_subject: orderId,
        ce_time: '2026-11-23T02:30:00.000Z',
      },
    })
  })

  it('is read as it was written', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    expect(fromRecord(onKafka({ ...closing, traceparent }))).toEqual({
      type: 'OrderClosing',
      id: meta.id,
      key: orderId,
      time: meta.time,
      data: { orderId, reason: 'expired' },
      traceparent,
    })
  })

  it('is refused before it is written when its type is not in the catalogue', () => {
    expect(() => toRecord({ ...closing, type: 'OrderVanished' }, meta)).toThrow('OrderVanished is not in the catalogue')
  })
})

describe('an unreadable record', () => {
  const good = onKafka(closing)
  const withHeader = (name: string, text: string) => ({
    ...good,
    headers: { ...good.headers, [name]: Buffer.from(text) },
  })
  it.each([
    ['no headers', { ...good, headers: undefined }, 'no CloudEvents headers'],
    ['no value', { ...good, value: null }, 'it has no value'],
    ['a value that is not JSON', { ...good, value: Buffer.from('{"orderId":') }, 'its value is not JSON'],
    ['an unknown type', withHeader('ce_type', 'OrderVanished'), 'its type is unknown: OrderVanished'],
    ['an id that is no UUID', withHeader('ce_id', '12'), 'its ce_id is not a UUID: 12'],
    [
      'data of another shape',
      { ...good, value: Buffer.from('{"orderId":"x"}') },
      'its data is not that of OrderClosing',
    ],
  ])('%s', (_name, record, reason) => {
    expect(() => fromRecord(record)).toThrow(UnreadableRecord)
    expect(() => fromRecord(record)).toThrow(reason)
  })
})

describe('a record of a type that this release does not know', () => {
  const good = onKafka(closing)
  const unknown = { ...good, headers: { ...good.headers, ce_type: Buffer.from('OrderVanished') } }
  const without = (name: string) => ({
    ...unknown,
    headers: Object.fromEntries(Object.entries(unknown.headers).filter(([key]) => key !== name)),
  })
  const avro = { 'content-type': Buffer.from('application/avro'), ce_datacontenttype: Buffer.from('application/avro') }
  it.each([
    [true, 'in our own form', unknown],
    [true, 'without data', { ...unknown, value: null }],
    [true, 'with data of another kind', { value: Buffer.from([0, 1]), headers: { ...unknown.headers, ...avro } }],
    [true, 'with an id of another form', { ...unknown, headers: { ...unknown.headers, ce_id: Buffer.from('7') } }],
    [false, 'with data that is not JSON', { ...unknown, value: Buffer.from('{') }],
    [false, 'without an id', without('ce_id')],
    [false, 'without a source', without('ce_source')],
    [false, 'without a type', without('ce_type')],
    [false, 'without a version', without('ce_specversion')],
    [false, 'without headers', { value: good.value }],
    [false, 'whose type is known after all', { ...good, value: Buffer.from('{') }],
  ])('is a sound event (%s) %s', (isSound, _name, record) => {
    expect(isUnknownEvent(record)).toBe(isSound)
  })
})
