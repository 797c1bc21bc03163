import { resolve } from 'node:path'
import { HELP, readSettings, type Settings } from './config.ts'
import { type Log, type Simulator, startSimulator } from './index.ts'

/** Runs a simulator until SIGINT or SIGTERM. Exits with 2 for invalid settings and 1 when it cannot start, and prints the reason. */
export async function runCli(args: readonly string[]): Promise<void> {
  let settings: Settings
  try {
    settings = readSettings(args)
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\nSee --help.\n`)
    process.exitCode = 2
    return
  }
  if (settings.help) {
    process.stdout.write(HELP)
    return
  }
  // Registered before the start, so that a signal during the start still ends it in order.
  const stopped = new Promise<void>(done => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done())
  })
  try {
    const simulator = await startSimulator({ ...settings.simulator, logger: stderrLog })
    process.stdout.write(
      settings.json ? `${JSON.stringify(addresses(simulator, settings))}\n` : table(simulator, settings),
    )
    await stopped
    await simulator.close()
    process.exit(0)
  } catch (error) {
    process.stderr.write(`alipay-simulator cannot start: ${messageOf(error)}\n`)
    process.exit(1)
  }
}

/** Logs warnings and errors only. The control API lists every delivery. */
const stderrLog: Log = {
  info() {},
  warn: (fields, message) => logLine('warn', fields, message),
  error: (fields, message) => logLine('error', fields, message),
}

function logLine(level: string, fields: object, message: string): void {
  const plain = Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? value.stack : value])
  process.stderr.write(`${JSON.stringify({ level, message, ...Object.fromEntries(plain) })}\n`)
}

function addresses(simulator: Simulator, { simulator: { dataDir } }: Settings): Record<string, string> {
  const folder = resolve(dataDir)
  return {
    url: simulator.url,
    gatewayUrl: simulator.gatewayUrl,
    appId: simulator.appId,
    sellerId: simulator.sellerId,
    ...(simulator.appPrivateKey ? { appPrivateKeyFile: resolve(folder, 'app-private-key.pem') } : {}),
    alipayPublicKeyFile: resolve(folder, 'alipay-public-key.pem'),
    ...(simulator.appCertificate
      ? {
          appCertificateFile: resolve(folder, 'app-certificate.pem'),
          alipayCertificateFile: resolve(folder, 'alipay-certificate.pem'),
          rootCertificatesFile: resolve(folder, 'root-certificates.pem'),
        }
      : {}),
  }
}

function table(simulator: Simulator, settings: Settings): string {
  const rows = Object.entries(addresses(simulator, settings)).map(([name, value]) => `  ${name.padEnd(23)}${value}`)
  return `Alipay simulator is listening. No real money moves here.\n${rows.join('\n')}\n`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
