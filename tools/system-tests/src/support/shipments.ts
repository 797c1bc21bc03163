import type { Adjustment, Recipient, Shipment, ShipmentBody, ShipmentList, ShipTo } from '@alipay-checkout/contracts'
import { jwt, type ProblemAnswer, signQuote } from '@alipay-checkout/test-support'
import { type Answer, call } from './http.ts'
import type { Basket, Customer } from './shop.ts'

/** The token of a machine that ships. */
export const warehouse = jwt('warehouse-of-tests', { role: 'fulfilment' })

export const shipTo: ShipTo = {
  name: '测试 Buyer',
  phone: '13800000000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '文三路 100 号',
  postalCode: '310000',
}

/** A quote for a customer's basket. */
export function quoteFor({ id: sub }: Customer, basket: Basket, adjustments: readonly Adjustment[]): string {
  const items = Object.entries(basket).map(([sku, quantity]) => ({ sku, quantity }))
  return signQuote({ sub, items, adjustments })
}

/** Reports a shipment. Resolves to the response, whatever its status. */
export function ship(
  orderId: string,
  body: Partial<ShipmentBody> = {},
  { key, token = warehouse }: { key?: string; token?: string } = {},
): Promise<Answer<Shipment & ProblemAnswer>> {
  return call('POST', `/api/admin/orders/${orderId}/shipments`, {
    token,
    body: { carrier: '顺丰速运', trackingNumber: 'SF1234567890', ...body },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  })
}

export const deliverShipment = (shipmentId: string) =>
  call<Shipment & ProblemAnswer>('POST', `/api/admin/shipments/${shipmentId}/delivered`, { token: warehouse })

export const readShipments = (orderId: string) =>
  call<ShipmentList & ProblemAnswer>('GET', `/api/admin/orders/${orderId}/shipments`, { token: warehouse })

export const readRecipient = (orderId: string, token: string = warehouse) =>
  call<Recipient & ProblemAnswer>('GET', `/api/admin/orders/${orderId}/recipient`, { token })
