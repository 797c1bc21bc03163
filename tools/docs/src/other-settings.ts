import type { Setting } from './setting.ts'

function setting(
  readBy: string,
  name: string,
  type: string,
  description: string,
  values: { default?: string; example?: string } = {},
): Setting {
  return {
    name,
    type,
    default: values.default,
    isRequired: false,
    unit: undefined,
    readBy: [readBy],
    description,
    example: values.example,
  }
}

/** Settings that no service reads: those of the launcher, of the topics' command and of docker-compose.yml. */
export const otherSettings: readonly Setting[] = [
  setting(
    'npm start',
    'STACK',
    'docker, local',
    'Which system the npm commands use: the one that docker compose runs, or the one that npm start runs. Without it, docker compose is used where it runs the system.',
    { example: 'local' },
  ),
  setting(
    'npm test',
    'TEST_STACK',
    'docker, local',
    'How the servers of tests are started: in containers, or from packages (the default of npm test).',
    { example: 'local' },
  ),
  setting(
    'npm start',
    'LOCAL_DIR',
    'folder',
    'Where data, logs and generated secrets are kept. A relative path starts at the repository’s folder. Set in the shell, it names another system, with a `.env` of its own in that folder.',
    { default: '.local' },
  ),
  setting(
    'topics',
    'TOPIC_PARTITIONS',
    'integer, 1 to 9999',
    'Partitions of each topic. Raise it before the first order: later, keys move.',
    {
      default: '6',
    },
  ),
  setting('topics', 'TOPIC_REPLICATION_FACTOR', 'integer, 1 to 9999', 'Copies of each record. 3 in production.', {
    default: '1',
  }),
  setting('docker compose', 'POSTGRES_PORT', 'port', 'Port of PostgreSQL for programs outside the containers.', {
    default: '15432',
  }),
  setting('docker compose', 'KAFKA_PORT', 'port', 'Port of Kafka for programs outside the containers.', {
    default: '19092',
  }),
  setting('docker compose', 'REDIS_PORT', 'port', 'Port of Redis for programs outside the containers.', {
    default: '16379',
  }),
  setting('docker compose', 'ALIPAY_SIMULATOR_PORT', 'port', 'Port of the Alipay simulator, where its cashier is.', {
    default: '4010',
  }),
  setting(
    'docker compose',
    'PAYMENT_SERVICE_PORT',
    'port',
    'Port of payment-service for npm run cases and npm run reconcile.',
    { default: '17002' },
  ),
  setting('docker compose', 'GRAFANA_PORT', 'port', 'Port of Grafana, with the profile observe.', { default: '3000' }),
  setting('docker compose', 'PROMETHEUS_PORT', 'port', 'Port of Prometheus, with the profile observe.', {
    default: '9090',
  }),
  setting('docker compose', 'GRAFANA_PASSWORD', 'text', 'Password of Grafana’s user admin.'),
  setting('docker compose', 'KAFKA_HEAP_OPTS', 'text', 'Memory of Kafka’s Java.', { default: '-Xms128m -Xmx512m' }),
  setting(
    'docker compose',
    'POSTGRES_PASSWORD',
    'text',
    'Password of PostgreSQL’s superuser. This one and the next three count when the volume is new; use characters that need no escaping in an address.',
  ),
  setting('docker compose', 'ORDER_DATABASE_PASSWORD', 'text', 'Password of order-service’s database role.'),
  setting('docker compose', 'PAYMENT_DATABASE_PASSWORD', 'text', 'Password of payment-service’s database role.'),
  setting('docker compose', 'INVENTORY_DATABASE_PASSWORD', 'text', 'Password of inventory-service’s database role.'),
]
