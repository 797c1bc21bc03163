/** The time whose changes may be lost: from the moment of a restore until the system ran again. */
export interface LostTime {
  since: Date
  until: Date
}

/** What a database says about its restore. */
export interface Moment {
  /** The last transaction that was replayed; null where PostgreSQL was started again since, or was never restored. */
  restoredTo: Date | null
  /** When its server started. */
  startedAt: Date
}

/**
 * The lost time: as it is given, else from the oldest moment to which a database was restored until the last server
 * started. After a failover the servers are older than the loss, and its end is not known: it lasts until now. Undefined
 * where no database knows a moment and none is given. Pure.
 */
export function lostTimeOf(given: Partial<LostTime>, moments: readonly Moment[], now: Date): LostTime | undefined {
  const restored = moments.flatMap(({ restoredTo }) => (restoredTo ? [restoredTo.getTime()] : []))
  if (given.since === undefined && restored.length === 0) return undefined
  const since = given.since ?? new Date(Math.min(...restored))
  const startedAt = new Date(Math.max(...moments.map(one => one.startedAt.getTime())))
  const until = given.until ?? (startedAt > since ? startedAt : now)
  return { since, until }
}

/** A link outlives its order by up to a minute, because Alipay takes none that expires earlier, ms. */
const linkMarginMs = 60_000
/** How far the clock of an order-service replica, which makes the ids, may be from the databases', ms. */
const clockMarginMs = 600_000

/**
 * The ids of the orders that could be paid in the lost time: from `from` on, before `to`. Pure.
 *
 * @param ttlMs how long an order can be paid
 */
export function payableOrders({ since, until }: LostTime, ttlMs: number): { from: string; to: string } {
  return {
    from: firstOrderIdAt(new Date(since.getTime() - ttlMs - linkMarginMs - clockMarginMs)),
    to: firstOrderIdAt(new Date(until.getTime() + clockMarginMs)),
  }
}

/** Orders that were placed at this time or later have an id of this order or a later one: a UUID of version 7. Pure. */
export function firstOrderIdAt(at: Date): string {
  return `ord_${at.getTime().toString(16).padStart(12, '0').padEnd(32, '0')}`
}
