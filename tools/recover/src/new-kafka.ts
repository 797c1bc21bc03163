import { openPostgres } from '@alipay-checkout/service-kit/postgres'

/** How many dead letters of the lost cluster were kept as discarded. */
export interface KeptLetters {
  letters: number
}

/**
 * Keeps the dead letters of a Kafka cluster that was lost, and frees their places: payment-service knows a dead letter by its
 * group, partition and offset, and a new cluster counts from 0 again. Without this it would take a new dead letter for a
 * known one, and open no case. Run before the services start with the new cluster.
 *
 * Their records are lost, so that they can't be redriven: they are listed as discarded, and open cases stay open.
 */
export async function keepDeadLetters(paymentDatabaseUrl: string): Promise<KeptLetters> {
  const sql = openPostgres(paymentDatabaseUrl, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    return await sql.begin(async tx => {
      const [row] = await tx<{ suffix: string }[]>`
        select '.lost-' || to_char(clock_timestamp() at time zone 'utc', 'YYYYMMDDHH24MISS') as suffix`
      const suffix = row?.suffix ?? ''
      const letters = await tx`
        update dead_letters
        set dead_letter_id = 'dlq_' || consumer_group || ${suffix}::text || '_' || letter_partition || '_' || letter_offset,
          handled_by = case when status in ('REDRIVEN', 'DISCARDED') then handled_by else 'recover' end,
          handled_at = coalesce(handled_at, now()),
          handled_reason = case when status in ('REDRIVEN', 'DISCARDED') then handled_reason
            else 'its record was lost with Kafka' end,
          status = case when status in ('REDRIVEN', 'DISCARDED') then status else 'DISCARDED' end,
          next_try_at = null
        where dead_letter_id = 'dlq_' || consumer_group || '_' || letter_partition || '_' || letter_offset`
      await tx`
        update cases set key = regexp_replace(key, '^parked_message:([^:]+):', 'parked_message:\\1' || ${suffix}::text || ':')
        where key ~ '^parked_message:[^:]+:[0-9]+/[0-9]+$' and key !~ '[.]lost-[0-9]{14}:'`
      return { letters: letters.count }
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}
