import { fileURLToPath } from 'node:url'
import { createTestDatabase, withDatabase } from '@alipay-checkout/test-support'
import { expect, it, onTestFinished } from 'vitest'
import { keepDeadLetters } from './new-kafka.ts'

const migrationsFolder = fileURLToPath(new URL('../../../services/payment-service/drizzle', import.meta.url))

it('frees the places of dead letters whose cluster was lost, and keeps them and their cases', async () => {
  const database = await createTestDatabase('recover_test', { migrationsFolder })
  onTestFinished(() => database.drop())
  const insert = (offset: number, status: string) =>
    withDatabase(
      database.url,
      sql => sql`
        insert into dead_letters (dead_letter_id, consumer_group, letter_partition, letter_offset, status, reason,
          reason_key, topic, origin_partition, origin_offset, headers, dead_lettered_at, handled_at)
        values (${`dlq_order-service_0_${offset}`}, 'order-service', 0, ${offset}, ${status}, 'r', 'r', 'payment.events',
          '0', '7', '{}', now(), ${status === 'WAITING' ? null : new Date()})`,
    )
  await insert(0, 'WAITING')
  await insert(1, 'REDRIVEN')
  await withDatabase(
    database.url,
    sql => sql`
      insert into cases (case_id, key, kind, summary, evidence, proposed_action, proposed_why)
      values ('case_1', 'parked_message:order-service:0/0', 'parked_message', 's', '{}', 'none', 'w')`,
  )
  expect(await keepDeadLetters(database.url)).toEqual({ letters: 2 })
  expect(await keepDeadLetters(database.url)).toEqual({ letters: 0 })
  // The new cluster's first dead letter has the same place.
  await insert(0, 'WAITING')
  const rows = await withDatabase(
    database.url,
    sql => sql<{ id: string; status: string; reason: string | null }[]>`
      select dead_letter_id as id, status, handled_reason as reason from dead_letters order by letter_offset, status`,
  )
  expect(rows.map(({ status, reason }) => [status, reason])).toEqual([
    ['DISCARDED', 'its record was lost with Kafka'],
    ['WAITING', null],
    ['REDRIVEN', null],
  ])
  expect(rows[0]?.id).toMatch(/^dlq_order-service\.lost-\d{14}_0_0$/)
  const [one] = await withDatabase(database.url, sql => sql<{ key: string }[]>`select key from cases`)
  expect(one?.key).toMatch(/^parked_message:order-service\.lost-\d{14}:0\/0$/)
})
