/** Error types of a broker for records that are larger than the topic allows. */
const tooLarge = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

/** An error that a broker answered: Kafka's name for it, and its message. */
interface BrokerError {
  type: string
  message: string
}

/** The broker's error inside the errors of the client; undefined where no broker answered with an error. */
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
