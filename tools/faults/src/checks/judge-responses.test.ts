import { expect, it } from 'vitest'
import type { KeyRecord } from '../load/client-log.ts'
import { judgeResponses, type OrderRow } from './judge-responses.ts'
import { PromiseScores } from './scores.ts'

const acknowledgement = (orderId: string, status = 201, more = '') => ({
  status,
  text: `{"order":{"orderId":"${orderId}","totalFen":100}${more}}`,
})
const record = (...answers: KeyRecord['answers']): KeyRecord => ({
  key: 'k',
  customerId: 'ann',
  token: '',
  items: [],
  fields: {},
  answers,
})
const order: OrderRow = { orderId: 'o', customerId: 'ann', totalFen: 100 }

function judge(records: KeyRecord[], orders: OrderRow[]) {
  const scores = new PromiseScores()
  judgeResponses(records, orders, scores)
  return scores.results().flatMap(({ number, broken }) => broken.map(({ about, what }) => `${number} ${about} ${what}`))
}

it('accepts an order that exists as it was acknowledged, with one response', () => {
  expect(judge([record(acknowledgement('o'), acknowledgement('o'))], [order])).toEqual([])
  expect(judge([record({ status: 409, text: 'out of stock' })], [order])).toEqual([])
  expect(judge([record()], [])).toEqual([])
})

it('finds an acknowledged order that is missing, another’s, or of another price', () => {
  expect(judge([record(acknowledgement('o'))], [])).toEqual(['16 o it was acknowledged and does not exist'])
  expect(judge([record(acknowledgement('o', 202))], [{ ...order, customerId: 'bob' }])).toEqual([
    '16 o it belongs to bob',
  ])
  expect(judge([record(acknowledgement('o'))], [{ ...order, totalFen: 99 }])).toEqual([
    '16 o 100 fen were acknowledged, and it costs 99',
  ])
})

it('finds two orders of one key, also where no response names the second', () => {
  expect(judge([record(acknowledgement('o'))], [order, { ...order, orderId: 'p' }])).toEqual(['2 k 2 orders: o, p'])
})

it('finds two responses that differ in a byte', () => {
  expect(judge([record(acknowledgement('o'), acknowledgement('o', 201, ' '))], [order])[0]).toContain(
    '2 k 2 different responses',
  )
  expect(judge([record(acknowledgement('o'), acknowledgement('o', 202))], [order])[0]).toContain(
    '2 k 2 different responses',
  )
})
