import type { StackAddresses } from '../stack.ts'
import type { AppState } from '../status.ts'
import type { Checkout } from './checkout.ts'

/** The events of a checkout as text. */
export function describeCheckout(checkout: Checkout): string {
  const first = Date.parse(checkout.timeline[0]?.at ?? '')
  const lines = checkout.timeline.map(({ event, at, service }) => {
    const afterMs = Number.isNaN(first) ? '' : `+${Date.parse(at) - first} ms`
    return `  ${afterMs.padStart(9)}  ${at}  ${event.padEnd(18)} ${service}`
  })
  return [
    '',
    `Order ${checkout.orderId}: ¥${(checkout.totalFen / 100).toFixed(2)} ${checkout.orderStatus} in ${checkout.durationMs} ms`,
    `  paid by ${checkout.method} with ${shortened(Object.entries(checkout.paidWith).flat().join(' '))}`,
    `  Alipay’s trade ${checkout.tradeNo}`,
    ...lines,
    '',
  ].join('\n')
}

/** A signed link has about a thousand characters. */
function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}

/** All addresses of the system as text, with those of what watches it. */
export function describeSystem(
  state: AppState,
  addresses: StackAddresses,
  logs: string,
  observers: readonly [string, string][] = [],
): string {
  const rows: [string, string | undefined][] = [
    ['Storefront', `${state.publicUrl}/`],
    ['Console', state.consoleUrl],
    ['API docs', `${state.publicUrl}/docs`],
    ['OpenAPI', `${state.publicUrl}/openapi.json`],
    ['Events', `${state.publicUrl}/events  ${state.publicUrl}/asyncapi.json`],
    ['Health, metrics', `${state.publicUrl}/readyz  ${state.publicUrl}/metrics`],
    ['Alipay', state.simulatorUrl === undefined ? state.alipay.gateway : `${state.simulatorUrl} (simulator)`],
    ['order-service', state.orderServiceUrl],
    ['payment-service', state.paymentServiceUrl],
    ['inventory-service', state.inventoryServiceUrl],
    ['Orders database', addresses.ORDER_DATABASE_URL],
    ['Payments database', addresses.PAYMENT_DATABASE_URL],
    ['Inventory database', addresses.INVENTORY_DATABASE_URL],
    ['Kafka', addresses.KAFKA_BROKERS],
    ['Redis', addresses.REDIS_URL],
    ...observers,
    ['Logs', logs],
  ]
  return rows.map(([name, value]) => `  ${name.padEnd(20)}${value ?? '–'}`).join('\n')
}
