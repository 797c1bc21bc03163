import type { CheckoutTarget } from './app/checkout.ts'
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
    const jwtSecret = settingOf(JSON.parse(settings), 'JWT_SECRET')
    return jwtSecret === '' ? undefined : { gatewayUrl: `http://${gateway}`, jwtSecret, kafkaBrokers }
  } catch {
    // No Docker here, or no compose: then nothing runs in it.
    return undefined
  }
}

function settingOf(settings: string[], name: string): string {
  const prefix = `${name}=`
  return settings.find(setting => setting.startsWith(prefix))?.slice(prefix.length) ?? ''
}
