import { type ServiceName, serviceScript } from '@alipay-checkout/launcher'
import { freePort, startProcess } from '@alipay-checkout/test-support'
import { expect } from 'vitest'
import { testedEnvironment } from './config.ts'
import { system } from './system.ts'

/** Starts a service with changed settings, runs the check, and stops it. */
export async function withService(
  service: ServiceName,
  changes: Record<string, string>,
  check: (running: ReturnType<typeof startProcess>, url: string) => Promise<void>,
): Promise<void> {
  const port = String(await freePort())
  const env = { ...testedEnvironment(0), ...system.environment, HOST: '127.0.0.1', PORT: port, GATEWAY_PORT: port }
  const running = startProcess(serviceScript(service), { env: { ...env, ...changes } })
  try {
    await check(running, `http://127.0.0.1:${port}`)
  } finally {
    expect(await running.stop()).not.toBe('SIGKILL')
  }
}
