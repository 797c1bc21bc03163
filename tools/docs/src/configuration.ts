import { generatedNotice, table, wrap } from './markdown.ts'
import type { Setting } from './setting.ts'
import { allSettings } from './settings.ts'

interface Group {
  title: string
  has: (setting: Setting) => boolean
}

const only =
  (reader: string) =>
  ({ readBy }: Setting): boolean =>
    readBy.every(one => one === reader)
const named =
  (pattern: RegExp) =>
  ({ name }: Setting): boolean =>
    pattern.test(name)

/** A setting belongs to the first group that has it. */
const groups: readonly Group[] = [
  { title: 'Servers', has: named(/_DATABASE_URL$|^KAFKA_(BROKERS|SSL|SASL)|^REDIS_(URL|SSL)|^SYSTEM_NAME$/) },
  { title: 'Between the services', has: named(/^SERVICE_TOKEN$|_SERVICE_URL$|^PORT$/) },
  { title: 'Every service', has: named(/^NODE_ENV$|^LOG_LEVEL$|^HOST$|^METRICS_PORT$/) },
  { title: 'Traces', has: named(/^OTEL_|^TRACES_URL$/) },
  { title: 'Alipay', has: named(/^ALIPAY_(?!SIMULATOR)/) },
  { title: 'Gateway', has: setting => setting.name === 'PUBLIC_URL' || only('gateway')(setting) },
  { title: 'Orders', has: only('order-service') },
  { title: 'Refunds, bills and cases', has: only('payment-service') },
  { title: 'Kafka topics', has: only('topics') },
  { title: 'Local use', has: ({ readBy }) => readBy.every(one => one.startsWith('npm ')) },
  { title: 'docker compose', has: only('docker compose') },
]

function grouped(): { title: string; settings: Setting[] }[] {
  const rest = new Set(allSettings())
  const found = groups.map(({ title, has }) => {
    const settings = [...rest].filter(has)
    for (const setting of settings) rest.delete(setting)
    return { title, settings }
  })
  const [without] = rest
  if (without) throw new Error(`${without.name} belongs to no group of configuration.ts`)
  return found
}

/** The page `docs/operations/configuration.md`: every environment variable, from the schemas of the services. */
export function configurationPage(): string {
  const sections = grouped().map(({ title, settings }) => `## ${title}\n\n${table(head, settings.map(row))}`)
  return `# Configuration

${generatedNotice('the config schemas of the services')}

Every setting is an environment variable. Each process reads its settings once, at start, and
refuses to start with a message that names what is missing or malformed. An empty variable counts as
not set.

\`npm start\` and the other npm commands read \`.env\` in the repository's folder as well; variables of
the shell win over it. While a system runs in that folder, the operator commands (\`audit\`, \`cases\`,
\`dlq\`, \`reconcile\`, \`refund\`) take from it the addresses and secrets that neither of them sets.
Where an address that they set is not the one of that system, nothing is taken from it. A command
for another system needs all its addresses, therefore.
[\`.env.example\`](../../.env.example) lists the same settings for copying. With
\`npm start\` nothing has to be set: what is missing is started, chosen or generated, and kept in
\`.local/\`. Processes that you start yourself need every setting that is marked **required**.

Each service's settings are described in its \`src/config.ts\`. How they fit together in production is
in [deploy](deploy.md).

${sections.join('\n\n')}
`
}

const head = ['setting', 'type', 'default', 'read by', 'what it is for']

function row({ name, type, default: byDefault, isRequired, unit, readBy, description }: Setting): string[] {
  const value = byDefault === undefined ? (isRequired ? '**required**' : '') : `\`${byDefault}\``
  const kind = unit ? `${type} (${unit})` : type
  const readers = readBy.length === 4 ? 'all services' : readBy.join(', ')
  return [`\`${name}\``, kind, value, readers, description]
}

/** The file `.env.example`: the same settings, commented out, to be copied to `.env`. */
export function envExample(): string {
  const sections = grouped().map(({ title, settings }) => {
    const entries = settings.map(({ name, description, unit, example, default: byDefault }) => {
      const comment = wrap(unit ? `${description} (${unit})` : description, 98).map(line => `# ${line}`)
      return [...comment, `#${name}=${example ?? byDefault ?? ''}`].join('\n')
    })
    return [`# --- ${title} ${'-'.repeat(93 - title.length)}`, ...entries].join('\n\n')
  })
  return `# Settings of the whole system. Generated from the config schemas by \`npm run docs\`: do not edit.
# Copy it to .env and uncomment what you want to change. Variables of the shell win over .env.
# \`npm start\` needs none of these: what is missing is started, chosen or generated, and kept in .local/.

${sections.join('\n\n')}
`
}
