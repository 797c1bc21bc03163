import { type KafkaConnection, readKafkaConnection } from '@alipay-checkout/service-kit/connections'

/** Settings of the command line, from the environment. */
export interface TopicsConfig {
  kafka: KafkaConnection
  partitions: number
  replicationFactor: number
}

/** @throws Error naming the variable that is missing or wrong */
export function readConfig(env: NodeJS.ProcessEnv = process.env): TopicsConfig {
  return {
    kafka: readKafkaConnection(env),
    partitions: positiveInteger(env, 'TOPIC_PARTITIONS', 6),
    replicationFactor: positiveInteger(env, 'TOPIC_REPLICATION_FACTOR', 1),
  }
}

function positiveInteger(env: NodeJS.ProcessEnv, name: string, byDefault: number): number {
  const text = env[name]
  if (!text) return byDefault
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${name} must be a whole number from 1 to 9999`)
  return Number(text)
}
