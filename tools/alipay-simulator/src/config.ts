import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  DEFAULT_APP_ID,
  DEFAULT_MINI_APP_ID,
  DEFAULT_REFUND_GAP_MS,
  DEFAULT_SELLER_ID,
  type SimulatorOptions,
} from './index.ts'
import { type KeyMode, keyModes } from './keys.ts'
import { type Product, productNames } from './products.ts'

export const HELP = `alipay-simulator: an Alipay gateway on your own machine

  alipay-simulator [flags]            every flag can also be an environment variable

  --port N                  ALIPAY_SIMULATOR_PORT                 port to listen on (4010; 0 takes any)
  --host ADDRESS            ALIPAY_SIMULATOR_HOST                 address to listen on (127.0.0.1)
  --data-dir FOLDER         ALIPAY_SIMULATOR_DATA_DIR             keys, certificates, ledger (.local/alipay-simulator)
  --app-id ID               ALIPAY_SIMULATOR_APP_ID               (${DEFAULT_APP_ID})
  --seller-id ID            ALIPAY_SIMULATOR_SELLER_ID            (${DEFAULT_SELLER_ID})
  --products P,…            ALIPAY_SIMULATOR_PRODUCTS             contracted: page, wap, app, jsapi, qr (all)
  --mini-app-id ID          ALIPAY_SIMULATOR_MINI_APP_ID          (${DEFAULT_MINI_APP_ID})
  --buyer-ids B             ALIPAY_SIMULATOR_BUYER_IDS            ids that create takes: open or both (both)
  --app-public-key KEY      ALIPAY_SIMULATOR_APP_PUBLIC_KEY       PEM, bare base64 or a file; else a pair is made
  --key-mode M              ALIPAY_SIMULATOR_KEY_MODE             key, certificate or either (key)
  --time-scale N            ALIPAY_SIMULATOR_TIME_SCALE           notify retries N times faster than Alipay (1)
  --notify-allow HOST,…     ALIPAY_SIMULATOR_NOTIFY_ALLOW         hosts notifies may go to, beside loopback
  --notify-content-type T   ALIPAY_SIMULATOR_NOTIFY_CONTENT_TYPE  plain, odd or alternate (alternate)
  --notify-fields-seed N    ALIPAY_SIMULATOR_NOTIFY_FIELDS_SEED   decides about additional fields and buyer ids (0)
  --return-url-query Q      ALIPAY_SIMULATOR_RETURN_URL_QUERY     own parameters in return_url: keep or drop (keep)
  --refund-gap-ms N         ALIPAY_SIMULATOR_REFUND_GAP_MS        least time between two refunds of a trade (${DEFAULT_REFUND_GAP_MS})
  --json                                                          print the addresses as one JSON line
  --help
`

export interface Settings {
  readonly simulator: SimulatorOptions
  readonly json: boolean
  readonly help: boolean
}

const FLAGS = {
  port: '4010',
  host: '127.0.0.1',
  'data-dir': '.local/alipay-simulator',
  'app-id': DEFAULT_APP_ID,
  'seller-id': DEFAULT_SELLER_ID,
  products: '',
  'mini-app-id': DEFAULT_MINI_APP_ID,
  'buyer-ids': 'both',
  'app-public-key': '',
  'key-mode': 'key',
  'time-scale': '1',
  'notify-allow': '',
  'notify-content-type': 'alternate',
  'notify-fields-seed': '0',
  'return-url-query': 'keep',
  'refund-gap-ms': String(DEFAULT_REFUND_GAP_MS),
} as const

type Flag = keyof typeof FLAGS

/** Settings from the command line, then the environment, then the defaults. Throws naming the invalid flag. */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Settings {
  const text = { type: 'string' } as const
  const flags = Object.fromEntries(Object.keys(FLAGS).map(flag => [flag, text])) as Record<Flag, typeof text>
  const { values } = parseArgs({
    args: [...args],
    options: { ...flags, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  const value = (flag: Flag) => values[flag] ?? (env[variableOf(flag)] || FLAGS[flag])
  const appPublicKey = value('app-public-key')
  return {
    json: values.json ?? false,
    help: values.help ?? false,
    simulator: {
      port: numberOf('port', value('port'), n => Number.isInteger(n) && n >= 0 && n <= 65_535),
      host: value('host'),
      dataDir: value('data-dir'),
      appId: value('app-id'),
      sellerId: value('seller-id'),
      ...(value('products') ? { products: productsOf(value('products')) } : {}),
      miniAppId: value('mini-app-id'),
      buyerIds: buyerIdsOf(value('buyer-ids')),
      ...(appPublicKey
        ? { appPublicKey: existsSync(appPublicKey) ? readFileSync(appPublicKey, 'utf8') : appPublicKey }
        : {}),
      keyMode: keyModeOf(value('key-mode')),
      timeScale: numberOf('time-scale', value('time-scale'), n => n > 0),
      notifyAllow: value('notify-allow')
        .split(',')
        .map(host => host.trim())
        .filter(Boolean),
      notifyFieldsSeed: numberOf('notify-fields-seed', value('notify-fields-seed'), Number.isSafeInteger),
      returnUrlQuery: value('return-url-query') === 'drop' ? 'drop' : 'keep',
      refundGapMs: numberOf('refund-gap-ms', value('refund-gap-ms'), n => n >= 0),
      notifyContentType: contentTypeOf(value('notify-content-type')),
    },
  }
}

function variableOf(flag: Flag): string {
  return `ALIPAY_SIMULATOR_${flag.replaceAll('-', '_').toUpperCase()}`
}

function numberOf(flag: Flag, text: string, allowed: (n: number) => boolean): number {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(number) || !allowed(number))
    throw new Error(`--${flag} (${variableOf(flag)}): "${text}" is not a valid number`)
  return number
}

function keyModeOf(text: string): KeyMode {
  const mode = keyModes.find(known => known === text)
  if (mode) return mode
  throw new Error(`--key-mode (${variableOf('key-mode')}): "${text}" must be key, certificate or either`)
}

function productsOf(text: string): Product[] {
  return text.split(',').map(name => {
    const known = productNames.find(product => product === name.trim())
    if (!known)
      throw new Error(`--products (${variableOf('products')}): "${name}" is none of ${productNames.join(', ')}`)
    return known
  })
}

function buyerIdsOf(text: string): 'open' | 'both' {
  if (text === 'open' || text === 'both') return text
  throw new Error(`--buyer-ids (${variableOf('buyer-ids')}): "${text}" must be open or both`)
}

function contentTypeOf(text: string): 'plain' | 'odd' | 'alternate' {
  if (text === 'plain' || text === 'odd' || text === 'alternate') return text
  throw new Error(`--notify-content-type: "${text}" must be plain, odd or alternate`)
}
