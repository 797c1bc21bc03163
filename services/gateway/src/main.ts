import { runService, startMetricsServer } from '@alipay-checkout/service-kit'
import { buildGateway } from './app.ts'
import { loadGatewayConfig } from './config.ts'

await runService('gateway', async logger => {
  const config = loadGatewayConfig()
  const { app, consoleApp, registry } = await buildGateway({ config, logger })
  const metricsServer = await startMetricsServer(config, registry)
  // First, so that both are ready when the gateway answers its readiness check.
  if (consoleApp) {
    const consoleAddress = await consoleApp.listen({ host: config.CONSOLE_HOST, port: config.CONSOLE_PORT ?? 0 })
    logger.info({ address: consoleAddress }, 'the console is listening')
  } else if (config.CONSOLE_PORT) {
    logger.warn('the console is not served: production needs CONSOLE_OIDC_ISSUER and CONSOLE_OIDC_CLIENT_ID')
  }
  const address = await app.listen({ host: config.HOST, port: config.GATEWAY_PORT })
  logger.info({ address, publicUrl: config.PUBLIC_URL }, 'gateway is listening')
  return {
    async close() {
      await app.close()
      await metricsServer?.close()
    },
  }
})
