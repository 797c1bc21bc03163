import { expect, it } from 'vitest'
import type { Reservation, ReservationStatus } from '../stock/stock-state.ts'
import { stateEvents } from './state-events.ts'

const orderId = 'ord_0192f3a4b5c67d8e9fa0b1c2d3e4f506'
const lines = [{ sku: 'tea-01', quantity: 2, returned: 0 }]
const reservation = (status: ReservationStatus): Reservation => ({ orderId, status, lines })
const levels = new Map([['tea-01', { available: 1 }]])
const dataOf = (status: ReservationStatus, tradeNos: string[] = []) =>
  stateEvents(reservation(status), tradeNos, levels).map(({ type, data }) => ({ type, data }))

it.each<ReservationStatus>(['RESERVED', 'COMMITTED'])('reports %s stock as reserved', status => {
  expect(dataOf(status)).toEqual([{ type: 'StockReserved', data: { orderId } }])
})

it('answers each late payment by its trade as well', () => {
  expect(dataOf('RESERVED', ['t-1'])).toEqual([
    { type: 'StockReserved', data: { orderId } },
    { type: 'StockReserved', data: { orderId, tradeNo: 't-1' } },
  ])
})

it('reports rejected stock with what is on sale now', () => {
  expect(dataOf('REJECTED')).toEqual([
    { type: 'StockRejected', data: { orderId, shortages: [{ sku: 'tea-01', requested: 2, available: 1 }] } },
  ])
})

it('reports nothing about released stock', () => {
  expect(dataOf('RELEASED', ['t-1'])).toEqual([])
})
