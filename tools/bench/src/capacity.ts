import { type BenchResult, table } from './result.ts'

/** What an installation is planned with, besides the figures of a run. */
const assumptions = {
  /** How busy a core is at the planned rate. */
  busyShare: 0.7,
  /** The mean rate of a day, as a share of the planned rate. */
  meanShare: 0.2,
  /** One for the rate, one for an upgrade or a lost node. */
  replicasMin: 2,
  /** Sessions of one replica in its database. */
  connectionsPerReplica: 15,
  eventsPerOrder: 5,
  eventKiB: 1,
  /** Copies of each record in Kafka. */
  copies: 3,
  /** Consumer groups that read an event, at most. */
  readers: 3,
  retentionDays: 14,
  partitionsMin: 6,
}

const capacityRates: readonly number[] = [10, 100, 1_000, 10_000]

const services = ['gateway', 'order-service', 'payment-service', 'inventory-service'] as const
const servers = ['postgres', 'kafka', 'redis'] as const
const secondsPerDay = 86_400

/**
 * What rates of orders need, as a Markdown table, from the figures that a run's scenario `checkout` found per order. A
 * service's replica counts as one core. Throws Error where the result lacks a figure.
 */
export function describeCapacity(result: BenchResult, rates: readonly number[] = capacityRates): string {
  const measured = (name: string): number => {
    const found = result.figures.find(one => one.scenario === 'checkout' && one.name === name)
    if (found === undefined) {
      throw new Error(`the result has no figure "${name}" of the scenario checkout: measure it with npm run bench`)
    }
    return found.value
  }
  const coresOf = (part: string, rate: number) => (rate * measured(`CPU of ${part}`)) / 1_000 / assumptions.busyShare
  const replicasOf = (service: string, rate: number) =>
    Math.max(assumptions.replicasMin, roundedUp(coresOf(service, rate)))
  const sum = (parts: readonly string[], of: (part: string) => number) =>
    parts.reduce((total, part) => total + of(part), 0)
  const consumers = services.filter(name => name !== 'gateway')
  const eventKiB = assumptions.eventsPerOrder * assumptions.eventKiB
  const row = (title: string, of: (rate: number) => string) => [title, ...rates.map(of)]
  const rows = [
    ['', ...rates.map(rate => `${number(rate)} orders/s`)],
    ...services.map(name =>
      row(`${name}: replicas (cores)`, rate => `${number(replicasOf(name, rate))} (${number(coresOf(name, rate))})`),
    ),
    row('memory of the services, GiB', rate =>
      number(sum(services, name => replicasOf(name, rate) * measured(`memory of ${name}`)) / 1024),
    ),
    row('PostgreSQL, three databases: cores', rate => number(coresOf('postgres', rate))),
    row('PostgreSQL: connections', rate =>
      number(sum(consumers, name => replicasOf(name, rate)) * assumptions.connectionsPerReplica),
    ),
    row('PostgreSQL: write-ahead log, MiB/s', rate => number((rate * measured('write-ahead log')) / 1024)),
    row('PostgreSQL: write-ahead log, GiB/day', rate =>
      number((rate * assumptions.meanShare * secondsPerDay * measured('write-ahead log')) / 1024 ** 2),
    ),
    row('Kafka: cores of the leaders', rate => number(coresOf('kafka', rate))),
    row('Kafka: partitions of each topic', rate =>
      number(Math.max(assumptions.partitionsMin, 2 * Math.max(...consumers.map(name => replicasOf(name, rate))))),
    ),
    row(`Kafka: disk of ${assumptions.retentionDays} days, GiB`, rate =>
      number(
        (rate * assumptions.meanShare * secondsPerDay * assumptions.retentionDays * eventKiB * assumptions.copies) /
          1024 ** 2,
      ),
    ),
    row('Kafka: network, MiB/s', rate => number((rate * eventKiB * (assumptions.copies + assumptions.readers)) / 1024)),
    row('Redis: cores', rate => number(coresOf('redis', rate))),
    row('cores together', rate =>
      number(sum(services, name => replicasOf(name, rate)) + sum(servers, name => coresOf(name, rate))),
    ),
  ]
  const { at, commit, machine } = result
  return [
    `From the run of commit ${commit}, ${at}, on ${machine.cores} cores (${machine.cpu}).`,
    '',
    ...table(rows),
  ].join('\n')
}

/** A number with as many digits as a plan needs. */
function number(value: number): string {
  return value >= 10 ? roundedUp(value).toLocaleString('en-US') : String(roundedUp(value * 10) / 10)
}

/** The next whole number, where errors of floating point do not count. */
const roundedUp = (value: number) => Math.ceil(value - 1e-9)
