import { loadConfig } from '@alipay-checkout/service-kit'
import { type KafkaConnection, readKafkaConnection } from '@alipay-checkout/service-kit/connections'
import Type, { type Static } from 'typebox'

const Database = Type.String({ pattern: '^postgres(ql)?://' })
const Service = Type.String({ pattern: '^https?://' })

const Settings = Type.Object({
  ORDER_DATABASE_URL: Database,
  PAYMENT_DATABASE_URL: Database,
  INVENTORY_DATABASE_URL: Database,
  ORDER_SERVICE_URL: Service,
  PAYMENT_SERVICE_URL: Service,
  INVENTORY_SERVICE_URL: Service,
  SERVICE_TOKEN: Type.String({ minLength: 1 }),
})

export interface Config extends Static<typeof Settings> {
  kafka: KafkaConnection
}

const KafkaConfig = Type.Object({ PAYMENT_DATABASE_URL: Database })

/** Where payment-service's database is, whose list of dead letters is kept. @throws ConfigError */
export const readPaymentDatabaseUrl = (): string => loadConfig(KafkaConfig).PAYMENT_DATABASE_URL

/** Where the services and their databases are. @throws ConfigError naming each setting that is missing */
export const readConfig = (): Config => ({ ...loadConfig(Settings), kafka: readKafkaConnection(process.env) })
