import type { LineUnits } from './tables.ts'

/** Where a parcel goes. Personal: it is printed on the label, and neither stored nor logged. */
export interface Recipient {
  shipTo?: { name: string; phone: string; province: string; city: string; district: string; street: string }
  note?: string
}

/** What stands on the parcel beside the address, and in the shop's list of shipments. */
export interface Label {
  carrier: string
  trackingNumber: string
}

/** The shop's answer to a report. `refused`: nothing of the order may be shipped. */
export type ReportAnswer =
  | { outcome: 'accepted'; shipmentId: string; lines: LineUnits[] }
  | { outcome: 'refused'; why: string }

/** The two calls that a warehouse makes. Both throw where the shop gave no final answer: call again later. */
export interface Shop {
  readRecipient(orderId: string): Promise<Recipient>
  /**
   * Reports that all that is left of an order is shipped. The same key is the same shipment, however often it is called,
   * as long as the label is the same.
   */
  reportShipment(orderId: string, label: Label, idempotencyKey: string): Promise<ReportAnswer>
}

/** Together they stay far below the worker's lease. */
const callTimeoutMs = 5_000
const refusals = new Set(['order-not-shippable', 'shipment-exceeds-order'])

interface Problem {
  type?: string
  title?: string
  detail?: string
}

/**
 * Calls the shop's gateway.
 *
 * @param token returns a token with the role `fulfilment`
 */
export function openShop(gatewayUrl: string, token: () => string): Shop {
  async function call(method: 'GET' | 'POST', path: string, body?: object, headers: Record<string, string> = {}) {
    const answer = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token()}`, ...(body && { 'content-type': 'application/json' }), ...headers },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(callTimeoutMs),
    })
    const text = await answer.text()
    return { ok: answer.ok, status: answer.status, text }
  }

  /** The answer as an error. An answer with an address never comes here. */
  const failed = (what: string, { status, text }: { status: number; text: string }) => {
    const { title = '', detail = '' } = problemOf(text)
    return new Error(`${what}: the shop answered ${status} ${title} ${detail}`.trimEnd())
  }

  return {
    async readRecipient(orderId) {
      const answer = await call('GET', `/api/admin/orders/${orderId}/recipient`)
      if (!answer.ok) throw failed('reading the recipient', answer)
      return JSON.parse(answer.text) as Recipient
    },

    async reportShipment(orderId, label, idempotencyKey) {
      const path = `/api/admin/orders/${orderId}/shipments`
      const answer = await call('POST', path, { ...label }, { 'idempotency-key': idempotencyKey })
      if (answer.ok) return { outcome: 'accepted', ...(JSON.parse(answer.text) as ShipmentBody) }
      const problem = problemOf(answer.text)
      const name = problem.type?.split('/').at(-1) ?? ''
      // A report without lines exceeds an order of which nothing is left.
      if (answer.status === 409 && refusals.has(name)) return { outcome: 'refused', why: problem.title ?? name }
      throw failed('reporting the shipment', answer)
    },
  }
}

interface ShipmentBody {
  shipmentId: string
  lines: LineUnits[]
}

function problemOf(text: string): Problem {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return {}
  }
}
