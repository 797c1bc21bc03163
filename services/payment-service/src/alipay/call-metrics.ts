import { createHistogram, currentTrace, observe } from '@alipay-checkout/service-kit'
import { Counter, Gauge, type Registry } from 'prom-client'
import { type CallBudget, type CallPriority, callPriorities } from './call-budget.ts'
import type { AlipayReply } from './reply.ts'

/** Alipay's codes of replies (its manual, "公共错误码"); another one counts as `other`. */
const replyCodes = ['10000', '20000', '20001', '40001', '40002', '40003', '40004', '40005', '40006'] as const

/** The methods that this service calls while it is used. */
const methods = [
  'alipay.trade.query',
  'alipay.trade.close',
  'alipay.trade.refund',
  'alipay.trade.fastpay.refund.query',
  'alipay.trade.create',
  'alipay.trade.precreate',
] as const

/** What a call showed: a verified reply, an unverified one, or none. */
interface Contact {
  readonly result: 'verified' | 'unverified' | 'no_reply'
  readonly reply?: AlipayReply | undefined
}

/** Counts calls to Alipay. */
export interface CallMetrics {
  /** A call that was made: what it showed, what came of it, and how long it took. */
  called(method: string, result: { contact: Contact; outcome: string; seconds: number }): void
  /** A call that was not made, because the budget was used up. */
  skipped(priority: CallPriority): void
}

/** Metrics of the calls to Alipay, and of the budget if there is one. */
export function createCallMetrics({ registry, budget }: { registry: Registry; budget?: CallBudget }): CallMetrics {
  const registers = [registry]
  const duration = createHistogram({
    name: 'alipay_call_duration_seconds',
    help: 'How long calls to Alipay took, by method and outcome',
    labelNames: ['method', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registry,
  })
  const calls = new Counter({
    name: 'alipay_calls_total',
    help: "Calls to Alipay by method and Alipay's code; no_reply and unverified where there is none that counts",
    labelNames: ['method', 'code'],
    registers,
  })
  const skips = new Counter({
    name: 'alipay_calls_skipped_total',
    help: 'Calls to Alipay that were not made because the budget was used up, by priority',
    labelNames: ['priority'],
    registers,
  })
  for (const priority of callPriorities) skips.inc({ priority }, 0)
  for (const method of methods) {
    for (const code of ['10000', '40004', '20000', 'no_reply', 'unverified']) calls.inc({ method, code }, 0)
  }
  if (budget) {
    new Gauge({
      name: 'alipay_call_budget_left_ratio',
      help: 'The part of this process’s budget of calls that is left: 1 is all of it',
      registers,
      collect() {
        this.set(budget.leftRatio())
      },
    })
  }
  return {
    called(method, { contact, outcome, seconds }) {
      observe(duration, { method, outcome }, seconds, currentTrace()?.traceparent)
      calls.inc({ method, code: codeOf(contact) })
    },
    skipped: priority => skips.inc({ priority }),
  }
}

function codeOf({ result, reply }: Contact): string {
  if (result !== 'verified') return result
  return replyCodes.find(code => code === reply?.code) ?? 'other'
}
