import { readKafkaConnection } from '@alipay-checkout/service-kit/connections'
import type { ConsumerOptions } from './api.ts'

/**
 * `brokers`, `ssl` and `sasl` of the variables KAFKA_BROKERS, KAFKA_SSL, KAFKA_SSL_CA, KAFKA_SSL_CERT, KAFKA_SSL_KEY,
 * KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, as the system's own services read them.
 *
 * @throws Error naming the variable that is missing or contradicts another one
 */
export function kafkaFromEnvironment(
  env: Record<string, string | undefined> = process.env,
): Pick<ConsumerOptions, 'brokers' | 'ssl' | 'sasl'> {
  return readKafkaConnection(env)
}
