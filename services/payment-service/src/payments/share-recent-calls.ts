interface RecentCall<Answer> {
  readonly answer: Promise<Answer>
  readonly calledAt: number
  readonly isRetry: boolean
  failed: boolean
}

/**
 * Wraps a call so that the same key within `keptForMs` gets the same answer, or the same error, without another call. The
 * first request after an error causes one more call. At most `callsMax` are remembered; the oldest are dropped first.
 */
export function shareRecentCalls<Subject, Answer>({
  callsMax,
  keptForMs,
  keyOf,
  call,
}: {
  callsMax: number
  keptForMs: number
  keyOf: (subject: Subject) => string
  call: (subject: Subject) => Promise<Answer>
}): (subject: Subject) => Promise<Answer> {
  const recent = new Map<string, RecentCall<Answer>>()
  return subject => {
    const key = keyOf(subject)
    const now = performance.now()
    const known = recent.get(key)
    const isRecent = known && now - known.calledAt < keptForMs
    const isRetry = isRecent === true && known.failed && !known.isRetry
    if (isRecent && !isRetry) return known.answer
    recent.delete(key)
    const answer = call(subject)
    const entry: RecentCall<Answer> = { answer, calledAt: now, isRetry, failed: false }
    answer.catch(() => {
      entry.failed = true
    })
    recent.set(key, entry)
    const [oldest] = recent.keys()
    if (recent.size > callsMax && oldest !== undefined) recent.delete(oldest)
    return answer
  }
}
