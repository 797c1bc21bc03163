export { withAdvice } from './advice.ts'
export { ConfigError } from './config-error.ts'
export {
  adviceOnKafka,
  type KafkaConnection,
  type KafkaSettings,
  kafkaConnection,
  kafkaOptions,
  kafkaSettingNames,
  readKafkaConnection,
  saslMechanisms,
} from './kafka.ts'
export { readPostgresAddress } from './postgres-address.ts'
export { adviceOnPostgres } from './postgres-advice.ts'
export { adviceOnRedis, type RedisConnection, redisConnection, redisOptions } from './redis.ts'
