import type { CheckoutResult } from '../scenarios/checkout.ts'
import { barChart, readable } from './charts.ts'
import { memory, percentiles, perSecond, type Section, table } from './section-parts.ts'

/** The first and main part of the page. */
export function checkoutSection(result: CheckoutResult): Section {
  const { floor, system, ratio, latencyMs, cpuMsPerOrder } = result
  return {
    title: 'Whole checkouts beside the floor',
    about: `From POST /api/orders to PAID through every real part, ${result.rounds} rounds of ${result.orders} orders at ${result.shoppers} shoppers, each followed by the floor: the same facts written straight to PostgreSQL, six transactions an order, 32 connections, nothing else running. System ÷ floor = ${readable(ratio)}. Medians.`,
    charts: [
      barChart({
        title: 'Orders a second',
        axis: perSecond,
        bars: [
          { label: 'the system', value: system.ordersPerSecond, strong: true },
          { label: 'the floor, order by order', value: floor.ordersPerSecond },
          { label: 'the floor, 100 orders at a time', value: floor.batchedOrdersPerSecond },
        ],
      }),
      percentiles(`Time to answer, at ${result.shoppers} shoppers`, latencyMs, {
        place: 'POST /api/orders',
        paidAfterAlipay: 'Alipay took the money → PAID',
        checkout: 'the whole checkout',
      }),
      barChart({
        title: `CPU time of an order: ${readable(result.systemCpuMsPerOrder)} ms for the system (blue)`,
        axis: 'ms of CPU time per order',
        bars: Object.entries(cpuMsPerOrder).map(([label, value]) => ({
          label,
          value,
          strong: label !== 'alipay-simulator' && label !== 'load generator',
        })),
      }),
      memory(result.memoryMiB, 'Memory at the end of the load'),
      barChart({
        title: 'Start of a service, until it takes work',
        axis: 'ms',
        bars: Object.entries(result.startMs).map(([label, value]) => ({ label, value, strong: true })),
        mark: { value: 1_500, label: 'mark: 1,500 ms' },
      }),
    ],
    more: table(
      ['per order', 'orders', 'payments', 'inventory'],
      [
        ...(['statementsPerOrder', 'transactionsPerOrder'] as const).flatMap(name => {
          const counts = result[name]
          if (counts === undefined) return []
          const label = name === 'statementsPerOrder' ? 'statements' : 'transactions'
          return [[label, ...['orders', 'payments', 'inventory'].map(database => readable(counts[database] ?? 0))]]
        }),
      ],
      `Written to PostgreSQL’s log: ${readable(result.walBytesPerOrder)} bytes an order, ${readable(floor.walBytesPerOrder)} by the floor. On a machine that makes 3,900 signatures a second, the system’s CPU time would be ${readable(result.systemCpuMsPerOrderAt3900SignsPerSecond)} ms an order.`,
    ),
  }
}
