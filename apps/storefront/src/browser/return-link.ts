/** The parameters of a return link, whose holder may read the status of one order. */
export interface ReturnLink {
  orderId: string
  t: string
  sign: string
}

/**
 * Reads the return link from an address: `/payment/result/{order_id}/{t}/{sign}`, else `order_id`, `t` and `sign` of the
 * query. Alipay adds parameters of its own with another `sign`; the shop's is the one of 64 hex digits. Null if there is
 * no link, or it is ambiguous.
 */
export function readReturnLink({ pathname, search }: { pathname: string; search: string }): ReturnLink | null {
  const [, orderId, t, sign] = /^\/payment\/result\/([^/]+)\/(\d+)\/([0-9a-f]{64})\/?$/.exec(pathname) ?? []
  return orderId && t && sign ? { orderId, t, sign } : readQuery(search)
}

function readQuery(search: string): ReturnLink | null {
  const query = new URLSearchParams(search)
  const orderIds = query.getAll('order_id')
  const times = query.getAll('t')
  const signs = query.getAll('sign').filter(sign => /^[0-9a-f]{64}$/.test(sign))
  if (orderIds.length !== 1 || times.length !== 1 || signs.length !== 1) return null
  return { orderId: orderIds[0] as string, t: times[0] as string, sign: signs[0] as string }
}

/** The link as a query string. */
export function linkQuery({ orderId, t, sign }: ReturnLink): string {
  return new URLSearchParams({ order_id: orderId, t, sign }).toString()
}
