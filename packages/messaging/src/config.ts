import { ConfigError } from '@alipay-checkout/service-kit'

/** Settings of the dead-letter tool, from the environment. Throws ConfigError naming what is missing. */
export function readToolConfig(env: NodeJS.ProcessEnv = process.env): { kafkaBrokers: string } {
  if (!env.KAFKA_BROKERS)
    throw new ConfigError('KAFKA_BROKERS is not set: give it as host:port, several with commas between')
  return { kafkaBrokers: env.KAFKA_BROKERS }
}
