/** Due work that no worker has taken for this time is late, ms: the sweeps of most work come every 10 to 60 seconds. */
const lateAfterMs = 120_000
/** Personal data is swept every 10 minutes. */
const slowlySwept: Readonly<Record<string, number>> = { 'delete-notify-bodies': 900_000 }

/** Whether the oldest due work of a kind should have been done by now. Pure. */
export function isLate({ kind, oldestDueAt }: { kind: string; oldestDueAt: string | null }, now: number): boolean {
  if (oldestDueAt === null) return false
  return now - Date.parse(oldestDueAt) > (slowlySwept[kind] ?? lateAfterMs)
}
