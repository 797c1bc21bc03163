import { startTraceSink } from '@alipay-checkout/trace-sink'
import { inTurns } from './in-turns.ts'
import { type Bench, rewarmOrders, type Scenario, withWarmBench } from './scenario.ts'

/** The share of requests that is traced by default. */
const sampledShare = 0.01

/** Whole checkouts on a system without tracing, and on one that sends its spans to a receiver, in turns. */
export const tracing: Scenario = {
  isAudited: true,
  async run(bench) {
    const sink = await startTraceSink({ host: '127.0.0.1', port: 0 })
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_TRACES_SAMPLER_ARG: String(sampledShare),
    }
    bench.system.pause()
    try {
      const { result, errors } = await withWarmBench({ ...bench.options, name: 'traced', environment }, traced => {
        traced.system.pause()
        const ways = [
          { name: 'tracing off', measure: () => turnOf(bench) },
          { name: `${sampledShare * 100} % sampled`, measure: () => turnOf(traced) },
        ] as const
        return inTurns(bench, ways, { rate: 0.98, cpu: 1.02 }).finally(() => traced.system.resume())
      })
      bench.errors.push(...errors.map(error => `traced: ${error}`))
      if (sink.all().length === 0) bench.errors.push('no span was received')
      return result
    } finally {
      await bench.system.resume()
      await sink.close()
    }
  },
}

/** Checkouts of one system, while the services of the other one are suspended. */
async function turnOf(bench: Bench) {
  await bench.system.resume()
  await bench.checkouts(rewarmOrders)
  const measured = await bench.checkouts()
  bench.system.pause()
  return measured
}
