/**
 * Pauses before each question to Alipay whether an open attempt has been paid, s: the first counts from the opening.
 * Quick while the shopper waits, once a minute while one may still be at the cashier, then every five minutes.
 */
export const syncPausesS = [5, 10, 20, 40, 60, 60, 60, 60, 60, 60, 300] as const

/** When a link is first looked at that outlived its order because nobody had used it, s. */
export const watchPauseS = 60

/** Alipay is queried about one order at most this often, s, however many requests want to know. */
export const syncEveryS = 5
