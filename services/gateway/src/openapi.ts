import { createLogger } from '@alipay-checkout/service-kit'
import { buildGateway } from './app.ts'
import { loadGatewayConfig } from './config.ts'

/** The gateway's OpenAPI description, made without any server. */
export async function describeApi(): Promise<Record<string, unknown>> {
  const secret = 'not used: no request is served'
  const unused = 'http://127.0.0.1:9'
  const config = loadGatewayConfig({
    REDIS_URL: 'redis://127.0.0.1:9',
    SERVICE_TOKEN: secret,
    JWT_SECRET: secret,
    RETURN_URL_SECRET: secret,
    ORDER_SERVICE_URL: unused,
    PAYMENT_SERVICE_URL: unused,
    INVENTORY_SERVICE_URL: unused,
  })
  const { app } = await buildGateway({ config, logger: createLogger('gateway', 'silent') })
  try {
    await app.ready()
    return app.swagger() as unknown as Record<string, unknown>
  } finally {
    await app.close()
  }
}
