/**
 * A read whose result is kept for `maxAgeMs` after it has ended, and shared by concurrent callers. A failed read is tried
 * again by the next call.
 */
export function cachedRead<T>(maxAgeMs: number, read: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined
  return () => {
    if (current) return current
    const begun = read()
    current = begun
    const drop = () => {
      if (current === begun) current = undefined
    }
    begun.then(() => setTimeout(drop, maxAgeMs).unref(), drop)
    return begun
  }
}
