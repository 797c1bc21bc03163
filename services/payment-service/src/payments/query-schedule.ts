/**
 * Pauses before each query about an open attempt, s; the first counts from the opening. They are short while the shopper
 * waits, a minute while a shopper may still be at the cashier, then five minutes.
 */
export const syncPausesS = [5, 10, 20, 40, 60, 60, 60, 60, 60, 60, 300] as const

/** Pause before the first query about the unused link of a cancelled order, s. */
export const watchPauseS = 60

/** Shortest time between two queries about one order, s, however many requests there are. */
export const syncEveryS = 5
