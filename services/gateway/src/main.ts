import { runService } from '@alipay-checkout/service-kit'
import { buildGateway } from './app.ts'
import { loadGatewayConfig } from './config.ts'

await runService('gateway', async logger => {
  const config = loadGatewayConfig()
  const app = await buildGateway({ config, logger })
  const address = await app.listen({ host: config.HOST, port: config.GATEWAY_PORT })
  logger.info({ address, publicUrl: config.PUBLIC_URL }, 'gateway is listening')
  return { close: () => app.close() }
})
