/**
 * Every problem a caller can be told, with its HTTP status and title. The `type` of a problem+json answer is
 * `/problems/{name}`, relative to the gateway, which serves a page for each (RFC 9457).
 */
export const problemTypes = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  unauthenticated: { status: 401, title: 'A valid token is required' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  'invalid-return-signature': { status: 403, title: 'The link is not valid or has expired' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'order-not-found': { status: 404, title: 'There is no such order' },
  'product-not-found': { status: 404, title: 'There is no such product' },
  'method-not-allowed': { status: 405, title: 'The address does not take this method' },
  'out-of-stock': { status: 409, title: 'There is not enough stock' },
  'order-not-payable': { status: 409, title: 'The order can no longer be paid' },
  'order-not-cancellable': { status: 409, title: 'The order can no longer be cancelled' },
  'order-not-refundable': { status: 409, title: 'There is nothing of this order to give back' },
  'refund-exceeds-balance': { status: 409, title: 'More would go back than is left' },
  'case-not-found': { status: 404, title: 'There is no such case' },
  'case-already-resolved': { status: 409, title: 'The case is resolved already' },
  'second-person-required': { status: 409, title: 'Somebody else has to approve this' },
  'notify-not-found': { status: 404, title: 'There is no such notify' },
  'insufficient-stock': { status: 409, title: 'More would leave than is available' },
  'request-in-flight': { status: 409, title: 'The same request is still being worked on' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  'too-many-open-orders': { status: 409, title: 'The customer has too many unpaid orders' },
  'product-limit-reached': { status: 409, title: 'The customer may not order that many units of a product' },
  'unknown-sku': { status: 422, title: 'An item is not in the catalogue' },
  'product-not-on-sale': { status: 422, title: 'An item is not on sale' },
  'too-many-units': { status: 422, title: 'A line has too many units' },
  'amount-out-of-range': { status: 422, title: 'The total is more than one payment can carry' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used with another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'Something went wrong on our side' },
  'alipay-failed': { status: 502, title: '支付宝接口调用失败' },
  'service-unavailable': { status: 503, title: 'A part of the system is not available' },
  'alipay-timeout': { status: 504, title: '支付宝接口调用失败' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemType = keyof typeof problemTypes

/** The body of an `application/problem+json` answer. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  instance?: string
  [extra: string]: unknown
}
