import { randomBytes } from 'node:crypto'
import { Partitioners } from 'kafkajs'
import { expect, it } from 'vitest'
import { createKeyPartitioner } from './partitioner.ts'

it('puts every key where kafkajs and Java put it, so that no key moves', () => {
  const ours = createKeyPartitioner()
  const theirs = Partitioners.DefaultPartitioner()
  const keys = [
    'ord_01a21683849b744984177f1d925f71bb',
    'Grüße, 支付宝',
    '',
    ...Array.from({ length: 2_000 }, (_, index) => randomBytes(index % 40).toString('base64')),
  ]
  for (const key of keys) {
    for (const partitions of [1, 6, 32]) {
      const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
        partitionErrorCode: 0,
        partitionId,
        leader: 1,
        replicas: [1],
        isr: [1],
      }))
      const args = { topic: 'order.events', partitionMetadata, message: { key, value: null } }
      expect(ours(args), key).toBe(theirs(args))
    }
  }
})
