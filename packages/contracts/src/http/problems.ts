/**
 * Every problem of the API with its HTTP status and title. The `type` of a problem+json response is `/problems/{name}`,
 * relative to the gateway, which serves a page for each (RFC 9457).
 */
export const problemTypes = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  unauthenticated: { status: 401, title: 'A valid token is required' },
  forbidden: { status: 403, title: 'The token does not have the required role' },
  'invalid-return-signature': { status: 403, title: 'The return link is not valid or has expired' },
  'not-found': { status: 404, title: 'The address does not exist' },
  'order-not-found': { status: 404, title: 'The order was not found' },
  'product-not-found': { status: 404, title: 'The product was not found' },
  'method-not-allowed': { status: 405, title: 'The address does not support this method' },
  'out-of-stock': { status: 409, title: 'There is not enough stock' },
  'total-changed': { status: 409, title: 'The total is not the one that the shopper saw' },
  'reference-used': { status: 409, title: 'The customer has an order with this reference' },
  'order-not-shippable': { status: 409, title: 'The order can not be shipped' },
  'shipment-exceeds-order': { status: 409, title: 'The shipment exceeds what is left of the order' },
  'shipment-not-found': { status: 404, title: 'The shipment was not found' },
  'order-not-payable': { status: 409, title: 'The order can not be paid' },
  'order-not-cancellable': { status: 409, title: 'The order can no longer be cancelled' },
  'order-not-refundable': { status: 409, title: 'The order has no refundable payment' },
  'refund-exceeds-balance': { status: 409, title: 'The refund exceeds the refundable amount' },
  'case-not-found': { status: 404, title: 'The case was not found' },
  'case-already-resolved': { status: 409, title: 'The case is already resolved' },
  'refund-not-found': { status: 404, title: 'The refund was not found' },
  'refund-not-pending-approval': { status: 409, title: 'The refund does not wait for an approval' },
  'refund-not-failed': { status: 409, title: 'Only a failed refund can be tried again' },
  'refund-limit-exceeded': { status: 403, title: 'The refund exceeds the limit of the role' },
  'case-claimed': { status: 409, title: 'Another person works on the case' },
  'dead-letter-not-found': { status: 404, title: 'The dead letter was not found' },
  'dead-letter-handled': { status: 409, title: 'The dead letter does not wait for a decision' },
  'reconciliation-not-found': { status: 404, title: 'The bill of this day has not been compared' },
  'reconciliation-not-settled': { status: 409, title: 'The comparison is not finished, or has unsettled differences' },
  'second-person-required': { status: 409, title: 'A second admin has to approve this action' },
  'notify-not-found': { status: 404, title: 'The notify was not found' },
  'insufficient-stock': { status: 409, title: 'The adjustment exceeds the available stock' },
  'request-in-flight': { status: 409, title: 'The first request with this Idempotency-Key is still running' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  'too-many-open-orders': { status: 409, title: 'The customer has too many unpaid orders' },
  'product-limit-reached': { status: 409, title: 'The quantity exceeds the limit per customer' },
  'unknown-sku': { status: 422, title: 'A product is not in the catalogue' },
  'product-not-on-sale': { status: 422, title: 'A product is not on sale' },
  'too-many-units': { status: 422, title: 'The quantity exceeds the limit per order' },
  'amount-out-of-range': { status: 422, title: 'The total exceeds the limit of one payment' },
  'quote-invalid': { status: 422, title: 'The quote is not valid' },
  'payment-method-unavailable': { status: 422, title: 'This way to pay is not available' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used with another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'Internal error' },
  'alipay-failed': { status: 502, title: '支付宝接口调用失败' },
  'service-unavailable': { status: 503, title: 'A service is temporarily unavailable' },
  'alipay-timeout': { status: 504, title: '支付宝接口调用失败' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemType = keyof typeof problemTypes

/** The body of an `application/problem+json` response. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  instance?: string
  [extra: string]: unknown
}
