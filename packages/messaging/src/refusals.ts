/** Kafka's names for "this is larger than the topic takes". */
const tooLarge = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

/** The error of a broker, by Kafka's name for it, with its words. */
interface BrokerError {
  type: string
  message: string
}

/** What a broker answered, wherever the client has wrapped it; undefined where the error is none of a broker. */
export function brokerErrorOf(error: unknown): BrokerError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { type } = cause as { type?: unknown }
    if (typeof type === 'string') return { type, message: cause.message }
  }
  return undefined
}

export function isTooLarge(error: unknown): boolean {
  return tooLarge.has(brokerErrorOf(error)?.type ?? '')
}
