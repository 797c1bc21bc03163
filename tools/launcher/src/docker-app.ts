import type { CheckoutTarget } from './app/checkout.ts'
import { tokenSettingsOf } from './app/token.ts'
import { compose, docker } from './docker.ts'

/**
 * The system of `docker compose --profile app up`, where it runs: the addresses at which it is published, and the key for
 * customers' tokens as its gateway has it. Undefined where it does not run.
 */
export async function containersTarget(env: Record<string, string>): Promise<CheckoutTarget | undefined> {
  const ask = (...args: string[]) => docker(compose(undefined, '--profile', 'app', ...args), env)
  try {
    const container = await ask('ps', '--quiet', '--status', 'running', 'gateway')
    if (container === '') return undefined
    const [gateway, kafkaBrokers, settings] = await Promise.all([
      ask('port', 'gateway', '8080'),
      ask('port', 'kafka', '9094'),
      docker(['inspect', '--format', '{{json .Config.Env}}', container], env),
    ])
    const tokens = tokenSettingsOf(environmentOf(JSON.parse(settings)))
    return tokens && { gatewayUrl: `http://${gateway}`, tokens, kafkaBrokers }
  } catch {
    // No Docker here, or no compose: then nothing runs in it.
    return undefined
  }
}

/** `NAME=value`, where a value may have further equals signs. */
function environmentOf(settings: string[]): Record<string, string> {
  return Object.fromEntries(settings.map(setting => /^([^=]*)=?(.*)$/s.exec(setting)?.slice(1) as [string, string]))
}
