import { expect, it } from 'vitest'
import { decide } from './decide-payment.ts'
import type { Payment } from './payment.ts'
import {
  closedAttempt,
  describeDecision,
  details,
  due,
  inputs,
  now,
  opened,
  orderId,
  paidAttempt,
  second,
  seconds,
  states,
  trade,
} from './test-payments.ts'

it('retries an unclear outcome after short pauses at first, then every minute without end', () => {
  let payment: Payment | undefined = states['closing, expired']
  const pausesS = Array.from({ length: 8 }, () => {
    const decision = decide(payment, { type: 'outcomeUnknown', outTradeNo: orderId, at: now })
    if (decision.outcome !== 'changed') throw new Error(describeDecision(decision))
    payment = decision.payment
    const [next] = decision.payment.attempts
    return next?.status === 'OPENED' ? (next.nextCloseAt!.getTime() - now.getTime()) / 1000 : Number.NaN
  })
  expect(pausesS).toEqual([2, 5, 15, 30, 60, 60, 60, 60])
})

it('closes a link that is still payable again just after it expires', () => {
  const decision = decide(states['closing, expired'], { type: 'noTradeAtAlipay', outTradeNo: orderId, at: now })
  expect(decision).toMatchObject({ payment: { attempts: [{ nextCloseAt: seconds(601), closeTries: 0 }] } })
})

it('watches the unused link of a cancelled order until it expires', () => {
  const payable = decide(states['closing, cancelled'], inputs['no trade, link payable'])
  expect(payable).toMatchObject({ payment: { attempts: [{ status: 'CLOSED', linkPayable: true }] } })
  const expired = decide(states['closing, cancelled'], inputs['no trade, link expired'])
  expect((expired as { payment: Payment }).payment.attempts).toEqual([closedAttempt])
})

it('watches the unused link of another attempt of a paid order until it expires', () => {
  const other = { ...due, ...second }
  const payment: Payment = { ...details, status: 'PAID', trade, attempts: [paidAttempt, other] }
  const input = { type: 'noTradeAtAlipay', outTradeNo: second.outTradeNo } as const
  const payable = decide(payment, { ...input, at: now })
  expect(describeDecision(payable)).toBe('PAID/paid/closed attempt_closed')
  expect(payable).toMatchObject({ payment: { attempts: [paidAttempt, { linkPayable: true }] } })
  const expired = decide(payment, { ...input, at: seconds(600) })
  expect((expired as { payment: Payment }).payment.attempts).toEqual([paidAttempt, { ...closedAttempt, ...second }])
})

it('closes a payment with several attempts once none of them can be paid', () => {
  const payment: Payment = { ...details, status: 'CLOSING', reason: 'expired', attempts: [due, { ...due, ...second }] }
  const first = decide(payment, { type: 'closedAtAlipay', outTradeNo: orderId })
  expect(describeDecision(first)).toBe('CLOSING/closed/opened attempt_closed')
  const last = decide((first as { payment: Payment }).payment, {
    type: 'closedAtAlipay',
    outTradeNo: second.outTradeNo,
  })
  expect(describeDecision(last)).toBe('CLOSED/closed/closed closed +PaymentClosed')
})

it('makes other open attempts due for closing once one is paid', () => {
  const payment: Payment = { ...details, status: 'EXPECTED', attempts: [closedAttempt, { ...opened, ...second }] }
  expect(decide(payment, inputs.paid)).toMatchObject({
    as: 'paid',
    payment: { attempts: [{ status: 'PAID' }, { status: 'OPENED', nextCloseAt: trade.paidAt }] },
  })
})
