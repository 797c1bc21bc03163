/** What a return link carries: who holds it may see the status of this one order. */
export interface ReturnLink {
  orderId: string
  t: string
  sign: string
}

/**
 * Reads the return link out of an address: `/payment/result/{order_id}/{t}/{sign}`, or else `order_id`, `t` and `sign`
 * of its query. Alipay adds parameters of its own, a `sign` among them; ours is the one of 64 hex digits. Null where
 * there is no link, or more than one could be meant.
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

/** The link's parameters, for an address of ours. */
export function linkQuery({ orderId, t, sign }: ReturnLink): string {
  return new URLSearchParams({ order_id: orderId, t, sign }).toString()
}
