import type { NewEvent, PaymentEvent } from '@alipay-checkout/contracts'
import { childOf, isRecorded, recordSpan } from '@alipay-checkout/service-kit'
import { type AlipayResult, type ResultDecision, resultOf } from './alipay-result.ts'
import type { Payment } from './payment.ts'

interface Recorded {
  readonly result: AlipayResult
  readonly payment: Payment | undefined
  readonly decision: ResultDecision
}

/**
 * Gives each result of an order whose trace is recorded a span in that trace, linked to the trace in which the result was
 * received: an Alipay notify is a request of its own. Returns the events, which continue these spans, and the function
 * that records the spans after the commit. `startedAt`: of the transaction, by `performance.now`.
 */
export function traceResults(
  recorded: readonly Recorded[],
  events: readonly NewEvent<PaymentEvent>[],
  startedAt: number,
): { events: readonly NewEvent<PaymentEvent>[]; record: () => void } {
  const spans = recorded.flatMap(one => {
    const parent = one.payment?.traceparent
    return isRecorded(parent) ? [{ ...one, parent, traceparent: childOf(parent) }] : []
  })
  if (spans.length === 0) return { events, record() {} }
  const spanOfOrder = new Map(spans.map(({ payment, traceparent }) => [payment?.orderId, traceparent]))
  return {
    events: events.map(event => {
      const traceparent = spanOfOrder.get(event.key)
      return traceparent ? { ...event, traceparent } : event
    }),
    record() {
      for (const { result, payment, decision, traceparent, parent } of spans) {
        const { notify, call, context, outTradeNo } = result
        const isOwn = context?.traceparent?.slice(3, 35) === parent.slice(3, 35)
        if (!isOwn) context?.links?.push(traceparent)
        recordSpan({
          name: notify ? 'Alipay notify recorded' : `Alipay ${call?.what ?? 'result'} recorded`,
          kind: 'internal',
          traceparent,
          parent,
          links: context?.traceparent && !isOwn ? [context.traceparent] : [],
          durationMs: performance.now() - startedAt,
          attributes: { order_id: payment?.orderId, out_trade_no: outTradeNo, result: resultOf(decision) },
        })
      }
    },
  }
}
