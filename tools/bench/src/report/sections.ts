import type { runBacklog } from '../scenarios/backlog.ts'
import type { runExpiry } from '../scenarios/expiry.ts'
import type { runGrowth } from '../scenarios/growth.ts'
import type { runHotSku } from '../scenarios/hot-sku.ts'
import type { runMultiSku } from '../scenarios/multi-sku.ts'
import type { ScenarioName } from '../scenarios/names.ts'
import type { runNotify } from '../scenarios/notify.ts'
import type { runPaced } from '../scenarios/paced.ts'
import type { runPlace } from '../scenarios/place.ts'
import type { runPush } from '../scenarios/push.ts'
import type { runSingle } from '../scenarios/single.ts'
import type { runSoak } from '../scenarios/soak.ts'
import type { runStatus } from '../scenarios/status.ts'
import { barChart, escapeHtml, lineChart, readable } from './charts.ts'
import { checkoutSection } from './checkout-section.ts'
import { cpu, percentiles, perSecond, type Section } from './section-parts.ts'

type Result<Run extends (context: never) => unknown> = Awaited<ReturnType<Run>>

function place(result: Result<typeof runPlace>): Section {
  return {
    title: 'Placing only',
    about: `${readable(result.ordersPerSecond)} orders a second placed, each with its stock held and a signed URL, and then left alone.`,
    charts: [
      percentiles('POST /api/orders', { place: result.latencyMs }, { place: 'POST /api/orders' }),
      cpu('CPU time of a placed order', result.cpuMsEach),
    ],
  }
}

function notify(result: Result<typeof runNotify>): Section {
  return {
    title: 'Notifies only',
    about: `${readable(result.notifiesPerSecond)} notifies a second, of orders placed before, until each order was PAID.`,
    charts: [
      percentiles('From posting the notify', result.latencyMs, { success: 'until success', paid: 'until PAID' }),
      cpu('CPU time of a notify', result.cpuMsEach),
    ],
  }
}

function hotSku(result: Result<typeof runHotSku>): Section {
  const { rush } = result
  return {
    title: 'One hot SKU',
    about: `Everybody buys the same SKU, or 100 of them in turn: ratio ${readable(result.ratio)}. Of ${rush.units} units that ${rush.asked} shoppers wanted, ${rush.sold} were sold.`,
    charts: [
      barChart({
        title: 'Orders a second',
        axis: perSecond,
        bars: [
          { label: 'one SKU', value: result.oneSku.ordersPerSecond, strong: true },
          { label: '100 SKUs', value: result.manySkus.ordersPerSecond },
        ],
      }),
      barChart({
        title: 'CPU time of the system',
        axis: 'ms of CPU time',
        bars: [
          { label: 'the answer “sold out”', value: result.soldOut.systemCpuMsPerAnswer, strong: true },
          { label: 'an order', value: result.manySkus.systemCpuMsPerOrder },
        ],
      }),
    ],
  }
}

function multiSku(result: Result<typeof runMultiSku>): Section {
  const bars = (name: 'ordersPerSecond' | 'systemCpuMsPerOrder') => [
    { label: `${result.linesPerOrder} lines an order`, value: result.fiveLines[name], strong: true },
    { label: '1 line an order', value: result.oneLine[name] },
  ]
  return {
    title: 'Orders of several lines',
    about: `${result.linesPerOrder} different SKUs an order; neighbouring orders share most of them. Ratio ${readable(result.ratio)}.`,
    charts: [
      barChart({ title: 'Orders a second', axis: perSecond, bars: bars('ordersPerSecond') }),
      barChart({
        title: 'CPU time of the system',
        axis: 'ms of CPU time per order',
        bars: bars('systemCpuMsPerOrder'),
      }),
    ],
  }
}

function single(result: Result<typeof runSingle>): Section {
  return {
    title: 'One shopper on an idle system',
    about: `${result.orders} orders, one after the other.`,
    charts: [
      percentiles('Time to answer', result.latencyMs, {
        place: 'POST /api/orders',
        notifyAnswer: 'notify → success',
        notifyToPush: 'notify → the browser is told',
      }),
    ],
  }
}

function paced(result: Result<typeof runPaced>): Section {
  return {
    title: 'At a steady pace',
    about: `${readable(result.ordersPerSecond)} orders a second, 70 % of the highest rate (${readable(result.highestOrdersPerSecond)}), for ${result.seconds} s. Each begins at its time whatever became of those before, and its time counts from then.`,
    charts: [
      percentiles(
        'Time from when an order was due',
        result.latencyMs,
        { place: 'POST /api/orders', checkout: 'the whole checkout' },
        { value: 150, label: 'mark for POST /api/orders p99: 150 ms' },
      ),
    ],
  }
}

function expiry(result: Result<typeof runExpiry>): Section {
  const statements = Object.entries(result.statementsPerThousand).map(([name, count]) => `${name} ${readable(count)}`)
  return {
    title: 'Many orders run out of time',
    about: `${readable(result.due)} orders due within ${result.dueWithinSeconds} s, found by the sweep alone, while ${readable(result.newOrdersPerSecond)} new orders a second kept coming (placed in ${readable(result.placeMsMeanwhile.p50 ?? 0)} ms p50, ${readable(result.placeMsMeanwhile.p99 ?? 0)} ms p99). Statements per thousand closings: ${statements.join(', ')}.`,
    charts: [
      barChart({
        title: 'The last order closed and its stock on sale',
        axis: 's after the minute had begun',
        bars: [{ label: 'last closing', value: result.lastClosedAfterSeconds, strong: true }],
        mark: { value: 70, label: 'mark: 70 s' },
      }),
      barChart({
        title: 'Redis',
        axis: 'MiB',
        bars: [
          { label: 'with every order waiting', value: result.redisMiB.before, strong: true },
          { label: 'when all were closed', value: result.redisMiB.after, strong: true },
        ],
      }),
    ],
  }
}

function status(result: Result<typeof runStatus>): Section {
  return {
    title: 'Reading an order’s state',
    about: `${readable(result.readsPerSecond)} reads of GET /api/orders/{id}/status a second.`,
    charts: [
      percentiles('Time to answer', { read: result.latencyMs }, { read: 'GET /api/orders/{id}/status' }),
      cpu('CPU time of a read', result.cpuMsEach),
    ],
  }
}

function push(result: Result<typeof runPush>): Section {
  return {
    title: 'Waiting pages',
    about: `${readable(result.sockets)} result pages wait on WebSockets, ${readable(result.kibPerSocket)} KiB of the gateway’s memory each, while their orders are paid as fast as it goes.`,
    charts: [
      percentiles(
        'Payment → the page is told',
        { push: result.pushMs },
        { push: 'payment → page' },
        {
          value: 1_000,
          label: 'mark for the slowest: 1,000 ms',
        },
      ),
      barChart({
        title: 'Memory of the gateway',
        axis: 'MiB',
        bars: [
          { label: 'before', value: result.gatewayMiB.before },
          { label: `with ${readable(result.sockets)} sockets`, value: result.gatewayMiB.waiting, strong: true },
        ],
      }),
    ],
  }
}

function growth(result: Result<typeof runGrowth>): Section {
  return {
    title: 'More copies on the same machine',
    about: `${result.replicated.join(', ')} run in several copies that share what Kafka brings; the gateway talks to the first of each. All on the same cores.`,
    charts: [
      barChart({
        title: 'Orders a second',
        axis: perSecond,
        bars: result.steps.map(({ copies, ordersPerSecond }) => ({
          label: copies === 1 ? '1 of each' : `${copies} of each`,
          value: ordersPerSecond,
          strong: true,
        })),
      }),
    ],
  }
}

function soak(result: Result<typeof runSoak>): Section {
  const names = Object.keys(result.growthMiBPerThousandOrders)
  const growing = Object.entries(result.growthMiBPerThousandOrders).map(([name, mib]) => `${name} ${readable(mib)}`)
  return {
    title: 'For long',
    about: `${readable(result.orders)} orders in ${readable(result.seconds)} s. Growth in the second half, MiB per thousand orders: ${growing.join(', ')}.`,
    charts: [
      lineChart({
        title: 'Memory',
        xAxis: 'seconds of load',
        yAxis: 'resident memory, MiB',
        series: names.map(label => ({
          label,
          points: result.looks.map(({ seconds, memoryMiB }) => [seconds, memoryMiB[label] ?? 0] as const),
        })),
      }),
      lineChart({
        title: 'Orders a second',
        xAxis: 'seconds of load',
        yAxis: 'orders per second',
        series: [
          {
            label: 'whole checkouts',
            points: result.looks.map(({ seconds, ordersPerSecond }) => [seconds, ordersPerSecond] as const),
          },
        ],
      }),
    ],
  }
}

function backlog(result: Result<typeof runBacklog>): Section {
  const bars = (name: 'placedPerSecond' | 'notifiesPerSecond') => [
    { label: 'empty tables', value: result.empty[name] },
    {
      label: `${readable(result.waiting)} waiting, ${readable(result.old)} old`,
      value: result.full[name],
      strong: true,
    },
  ]
  const plans = result.hotStatements.map(
    ({ database, shareOfTime, statement, plan }) =>
      `<details><summary>${database}, ${readable(shareOfTime * 100)} % of its time: ${escapeHtml(statement.slice(0, 80))} …</summary><pre>${escapeHtml(statement)}\n\n${escapeHtml(plan.join('\n'))}</pre></details>`,
  )
  return {
    title: 'With millions of orders in the tables',
    about: `Lost: ${readable(result.lost.placePercent)} % of placing, ${readable(result.lost.notifyPercent)} % of notifies.`,
    charts: [
      barChart({ title: 'Placed a second', axis: perSecond, bars: bars('placedPerSecond') }),
      barChart({ title: 'Notifies a second', axis: 'notifies per second', bars: bars('notifiesPerSecond') }),
    ],
    more: `<p>Plans of the busiest statements:</p>${plans.join('')}`,
  }
}

/** How each scenario is shown, by its name. Each reads what its scenario gives. */
export const sections: Record<ScenarioName, (result: never) => Section> = {
  checkout: checkoutSection,
  place,
  notify,
  'hot-sku': hotSku,
  'multi-sku': multiSku,
  single,
  paced,
  expiry,
  status,
  push,
  growth,
  soak,
  backlog,
}
