import { randomBytes } from 'node:crypto'

/** A name that no other test uses, for a consumer group, a topic, a queue or a customer: the prefix, then 12 hex digits. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`
}
