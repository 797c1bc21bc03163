/** A sentence of the API with its places for values, and what it says in Chinese: the values in the same order. */
export type Sentence = readonly [pattern: RegExp, chinese: string | ((...values: string[]) => string)]

/**
 * The API writes its sentences in English. Returns a function that says one of them in Chinese: the first pattern that
 * matches counts. Undefined for a sentence that is not among them, which is then shown as it is.
 */
export function chineseOf(sentences: readonly Sentence[]): (text: string) => string | undefined {
  return text => {
    for (const [pattern, chinese] of sentences) {
      const match = pattern.exec(text)
      if (match !== null)
        return typeof chinese === 'string' ? chinese : chinese(...match.slice(1).map(one => one ?? ''))
    }
    return undefined
  }
}
