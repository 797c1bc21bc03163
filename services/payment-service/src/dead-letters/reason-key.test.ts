import { expect, it } from 'vitest'
import { reasonKeyOf } from './reason-key.ts'

it.each([
  ['OrderPaid: unknown_order ord_0123456789abcdef0123456789abcdef', 'OrderPaid: unknown_order #'],
  ['0198c0de-1234-7abc-8def-0123456789ab was seen', '# was seen'],
  ['amount_differs: 25800 fen, not 12.50', 'amount_differs: # fen, not #'],
  [
    'Unexpected token \'x\' in JSON at position 17, "a\nb" is not valid',
    'Unexpected token "…" in JSON at position #, "…" is not valid',
  ],
  ['bytes 0xdeadBEEF and deadbeef01', 'bytes # and #'],
  ['data/lines/0/quantity must be integer', 'data/lines/#/quantity must be integer'],
  ['the column  does not\nexist', 'the column does not exist'],
  ['', 'unknown'],
])('the reason %j has the key %j', (reason, key) => {
  expect(reasonKeyOf(reason)).toBe(key)
})

it('a key is cut to a length that an index can store, not within a character', () => {
  expect([...reasonKeyOf('茶🍵'.repeat(500))]).toHaveLength(200)
})
