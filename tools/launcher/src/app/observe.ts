import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../folder.ts'
import { type Guard, startGuard } from '../guard/start-guard.ts'
import { repositoryRoot } from '../paths.ts'
import { type Log, step } from '../progress.ts'
import { findOnPath } from '../servers/find-on-path.ts'
import { choosePorts } from '../servers/ports.ts'
import { stages, untilDeath } from '../servers/server.ts'
import type { AppState } from '../status.ts'
import { waitUntil } from '../wait-until.ts'
import { startNode } from './node-program.ts'

const readyTimeoutMs = 30_000

interface ObserveOptions {
  /** The system's folder. */
  dir: string
  env: Record<string, string>
  log: Log
}

/** What watches a local system: a receiver of traces, and Prometheus where it is installed. */
export interface Observers {
  /** Settings with which the system sends its traces to the receiver, and the console shows them. */
  env: Record<string, string>
  /** Starts Prometheus for a running system, if it is on PATH. Returns the addresses of everything, by name. */
  watch(state: AppState): Promise<[string, string][]>
  stop(): Promise<void>
}

/**
 * Starts the receiver of traces. Where OTEL_EXPORTER_OTLP_ENDPOINT is set already, traces go there and none is started.
 *
 * @throws StartFailure naming what did not start; it is stopped again then
 */
export async function startObservers({ dir, env, log }: ObserveOptions): Promise<Observers> {
  const folder = join(dir, 'observe')
  makeFolder(folder)
  const guard = await startGuard(folder, 'npm start -- --observe', reason => log(`… ${reason}`))
  try {
    const ports = await choosePorts(folder, ['traces', 'prometheus'], 'programs')
    const given = env.OTEL_EXPORTER_OTLP_ENDPOINT
    const url = given ?? `http://127.0.0.1:${ports.traces}`
    if (!given) await step(log, `Receiver of traces at ${url}`, () => startSink(guard, { folder, env, log, url }))
    return {
      env: given
        ? {}
        : { OTEL_EXPORTER_OTLP_ENDPOINT: url, TRACES_URL: url, OTEL_TRACES_SAMPLER_ARG: '1', ...givenRatio(env) },
      async watch(state) {
        const traces: [string, string] = ['Traces', `${url}  shown on the console’s page of each order`]
        const command = findOnPath('prometheus', env.PATH ?? '')
        if (command === undefined) {
          log('– no Prometheus: it is not on PATH (Debian: apt-get install prometheus)')
          return [traces]
        }
        const prometheusUrl = `http://127.0.0.1:${ports.prometheus}`
        const options = { command, folder, env, port: ports.prometheus }
        await step(log, `Prometheus at ${prometheusUrl}`, () => startPrometheus(guard, options, state))
        return [traces, ['Prometheus', prometheusUrl]]
      },
      stop: () => guard.stop(),
    }
  } catch (error) {
    await guard.stop()
    throw error
  }
}

/** The share of traced requests, where it is set: it wins over all. */
function givenRatio({ OTEL_TRACES_SAMPLER_ARG: ratio }: Record<string, string>): Record<string, string> {
  return ratio ? { OTEL_TRACES_SAMPLER_ARG: ratio } : {}
}

function startSink(
  guard: Guard,
  { folder, env, log, url }: Omit<ObserveOptions, 'dir'> & { folder: string; url: string },
): Promise<void> {
  return startNode(guard, {
    name: 'trace-sink',
    script: 'tools/trace-sink/src/main.ts',
    args: [],
    env: { PATH: env.PATH ?? '', PORT: new URL(url).port },
    logFile: join(folder, 'trace-sink.log'),
    stage: stages.server,
    readyUrl: `${url}/readyz`,
    log,
  })
}

async function startPrometheus(
  guard: Guard,
  { command, folder, env, port }: { command: string; folder: string; env: Record<string, string>; port: number },
  state: AppState,
): Promise<void> {
  const config = join(folder, 'prometheus.yml')
  writeFileSync(config, prometheusConfig(state))
  const running = await guard.spawn({
    name: 'prometheus',
    command,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      '--storage.tsdb.retention.time=2d',
      '--enable-feature=exemplar-storage',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    cwd: folder,
    env: { PATH: env.PATH ?? '' },
    logFile: join(folder, 'prometheus.log'),
    kind: 'server',
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 10_000,
    stage: stages.server,
  })
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok || undefined
  await waitUntil(isReady, { timeoutMs: readyTimeoutMs, unless: untilDeath(running, 'Prometheus') })
}

/** Rules and alerts of the repository, and the processes of this system. */
function prometheusConfig(state: AppState): string {
  const jobs = {
    gateway: state.gatewayUrl,
    'order-service': state.orderServiceUrl,
    'payment-service': state.paymentServiceUrl,
    'inventory-service': state.inventoryServiceUrl,
  }
  // JSON is YAML.
  return JSON.stringify({
    global: { scrape_interval: '5s', evaluation_interval: '5s' },
    rule_files: [join(repositoryRoot, 'infra', 'observability', 'prometheus', 'rules.yml')],
    scrape_configs: Object.entries(jobs).map(([job, url]) => ({
      job_name: job,
      static_configs: [{ targets: [new URL(url).host] }],
    })),
  })
}
