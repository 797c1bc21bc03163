import { loadConfig } from '@alipay-checkout/service-kit'
import Type, { type Static } from 'typebox'

const Address = Type.String({ pattern: '^postgres(ql)?://' })

const Config = Type.Object({
  ORDER_DATABASE_URL: Address,
  PAYMENT_DATABASE_URL: Address,
  INVENTORY_DATABASE_URL: Address,
  /** Where dead letters can be read. */
  KAFKA_BROKERS: Type.Optional(Type.String({ minLength: 1 })),
  /** Of the simulator, where it plays Alipay. */
  SIMULATOR_URL: Type.Optional(Type.String({ pattern: '^https?://' })),
})

/** Where the ledgers are. @throws ConfigError naming each address that is missing */
export const readConfig = (): Static<typeof Config> => loadConfig(Config)
