import type { KafkaMessage } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { foldDeadLetters, originalHeaders } from './dead-letters.ts'

function record(partition: number, offset: number, headers: Record<string, string>, value: string | null = '{}') {
  const message: KafkaMessage = {
    key: Buffer.from('ord_1'),
    value: value === null ? null : Buffer.from(value),
    offset: String(offset),
    timestamp: '0',
    attributes: 0,
    headers,
  }
  return { partition, message }
}

const addedHeaders = (at: string) => ({
  ce_type: 'OrderPaid',
  dlq_reason: 'unknown_order',
  dlq_topic: 'order.events',
  dlq_partition: '3',
  dlq_offset: '41',
  dlq_at: at,
})

describe('a dead letter', () => {
  it('is listed with its origin and reason, the oldest first', () => {
    const letters = foldDeadLetters('inventory-service', [
      record(1, 0, addedHeaders('2026-11-23T02:00:00Z')),
      record(0, 5, addedHeaders('2026-11-23T01:00:00Z')),
    ])
    expect(letters.map(letter => letter.id)).toEqual(['0/5', '1/0'])
    expect(letters[0]).toMatchObject({
      groupId: 'inventory-service',
      reason: 'unknown_order',
      topic: 'order.events',
      partition: '3',
      offset: '41',
      type: 'OrderPaid',
      redriven: false,
    })
  })

  it('is marked as redriven by a record that is not a dead letter itself', () => {
    const letters = foldDeadLetters('inventory-service', [
      record(0, 5, addedHeaders('2026-11-23T01:00:00Z')),
      record(0, 6, addedHeaders('2026-11-23T02:00:00Z')),
      record(0, 7, { dlq_redriven: '0/5' }, null),
    ])
    expect(letters.map(({ id, redriven }) => [id, redriven])).toEqual([
      ['0/5', true],
      ['0/6', false],
    ])
  })

  it('is marked as discarded by a record that is not a dead letter itself', () => {
    const letters = foldDeadLetters('inventory-service', [
      record(0, 5, addedHeaders('2026-11-23T01:00:00Z')),
      record(0, 6, { dlq_discarded: '0/5', dlq_discard_reason: 'junk' }, null),
    ])
    expect(letters.map(({ id, redriven, discarded }) => [id, redriven, discarded])).toEqual([['0/5', false, true]])
  })

  it('is redriven with the headers of the original record', () => {
    expect(originalHeaders(addedHeaders('2026-11-23T01:00:00Z'))).toEqual({ ce_type: 'OrderPaid' })
  })
})
