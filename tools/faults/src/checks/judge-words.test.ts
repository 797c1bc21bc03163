import { expect, test } from 'vitest'
import type { KeptWord } from '../load/witness.ts'
import { judgeWords, type OrderRow } from './judge-words.ts'
import { Scores } from './scores.ts'

const taken = (orderId: string, status = 201, more = '') => ({
  status,
  text: `{"order":{"orderId":"${orderId}","totalFen":100}${more}}`,
})
const word = (...answers: KeptWord['answers']): KeptWord => ({
  key: 'k',
  customerId: 'ann',
  token: '',
  items: [],
  answers,
})
const order: OrderRow = { orderId: 'o', customerId: 'ann', totalFen: 100 }

function judge(words: KeptWord[], orders: OrderRow[]) {
  const scores = new Scores()
  judgeWords(words, orders, scores)
  return scores.results().flatMap(({ number, broken }) => broken.map(({ about, what }) => `${number} ${about} ${what}`))
}

test('an order that is there as it was acknowledged, with one answer, breaks nothing', () => {
  expect(judge([word(taken('o'), taken('o'))], [order])).toEqual([])
  expect(judge([word({ status: 409, text: 'out of stock' })], [order])).toEqual([])
  expect(judge([word()], [])).toEqual([])
})

test('an acknowledged order that is not there, or is another’s, or has another price, is found', () => {
  expect(judge([word(taken('o'))], [])).toEqual(['16 o it was acknowledged, and is not there'])
  expect(judge([word(taken('o', 202))], [{ ...order, customerId: 'bob' }])).toEqual(['16 o it is bob’s'])
  expect(judge([word(taken('o'))], [{ ...order, totalFen: 99 }])).toEqual([
    '16 o 100 fen were acknowledged, and it costs 99',
  ])
})

test('two orders of one key are found, also where nobody was told of the second', () => {
  expect(judge([word(taken('o'))], [order, { ...order, orderId: 'p' }])).toEqual(['2 k 2 orders: o, p'])
})

test('two answers that differ in a byte are found', () => {
  expect(judge([word(taken('o'), taken('o', 201, ' '))], [order])[0]).toContain('2 k 2 different answers')
  expect(judge([word(taken('o'), taken('o', 202))], [order])[0]).toContain('2 k 2 different answers')
})
