import { loadConfig } from '@alipay-checkout/service-kit'
import { type KafkaConnection, readKafkaConnection } from '@alipay-checkout/service-kit/connections'
import Type, { type Static } from 'typebox'

const Address = Type.String({ pattern: '^postgres(ql)?://' })

const Config = Type.Object({
  ORDER_DATABASE_URL: Address,
  PAYMENT_DATABASE_URL: Address,
  INVENTORY_DATABASE_URL: Address,
  /** Of the simulator, where it plays Alipay. */
  SIMULATOR_URL: Type.Optional(Type.String({ pattern: '^https?://' })),
})

interface AuditConfig extends Static<typeof Config> {
  /** Where dead letters can be read; undefined without KAFKA_BROKERS. */
  kafka: KafkaConnection | undefined
}

/** Where the ledgers are. @throws ConfigError naming each address that is missing */
export function readConfig(env: NodeJS.ProcessEnv = process.env): AuditConfig {
  const config = loadConfig(Config, [], env)
  return { ...config, kafka: env.KAFKA_BROKERS ? readKafkaConnection(env) : undefined }
}
