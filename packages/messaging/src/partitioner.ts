import type { ICustomPartitioner } from 'kafkajs'

const seed = 0x9747b28c
const factor = 0x5bd1e995

/**
 * The partition of each key, the same that Java's clients and kafkajs choose. kafkajs calculates it with BigInt, which
 * was a sixth of all that a service allocated.
 */
export const createKeyPartitioner: ICustomPartitioner =
  () =>
  ({ message, partitionMetadata }) =>
    message.partition ?? (murmur2(Buffer.from(message.key ?? '')) & 0x7fffffff) % partitionMetadata.length

/** Kafka's variant of MurmurHash2: org.apache.kafka.common.utils.Utils. */
function murmur2(data: Buffer): number {
  const mix = (word: number) => {
    const product = Math.imul(word, factor)
    return Math.imul(product ^ (product >>> 24), factor)
  }
  const whole = data.length & ~3
  let hash = seed ^ data.length
  for (let at = 0; at < whole; at += 4) hash = Math.imul(hash, factor) ^ mix(data.readInt32LE(at))
  if (whole < data.length) hash = Math.imul(hash ^ data.readUIntLE(whole, data.length - whole), factor)
  hash = Math.imul(hash ^ (hash >>> 13), factor)
  return hash ^ (hash >>> 15)
}
