/**
 * Wraps a question so that the same one within `keptForMs` gets the same answer, or the same error, without being asked
 * again. At most `answersMax` are remembered; the oldest go first.
 */
export function createRecentAnswers<Answer>(
  answersMax: number,
  keptForMs: number,
  ask: (subject: string) => Promise<Answer>,
): (subject: string) => Promise<Answer> {
  const recent = new Map<string, { answer: Promise<Answer>; askedAt: number }>()
  return subject => {
    const now = performance.now()
    const known = recent.get(subject)
    if (known && now - known.askedAt < keptForMs) return known.answer
    recent.delete(subject)
    const answer = ask(subject)
    recent.set(subject, { answer, askedAt: now })
    const [oldest] = recent.keys()
    if (recent.size > answersMax && oldest !== undefined) recent.delete(oldest)
    return answer
  }
}
