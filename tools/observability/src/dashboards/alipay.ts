import { type Dashboard, quantiles, rates } from './panels.ts'

export const alipay: Dashboard = {
  name: 'alipay',
  title: 'Alipay',
  description: 'Calls to Alipay, their results and their budget, and what Alipay sends.',
  rows: [
    {
      title: 'Connection',
      panels: [
        {
          title: 'Replicas by state of the connection',
          help: 'Each is to be `ok`.',
          unit: 'short',
          queries: [{ expr: 'count by (reason) (alipay_connection_ok)', legend: '{{reason}}' }],
        },
        {
          title: 'Calls without a usable reply',
          unit: 'percentunit',
          redFrom: 0.5,
          queries: [
            {
              expr: 'sum(rate(alipay_calls_total{code!~"10000|40004"}[$__rate_interval])) / sum(rate(alipay_calls_total[$__rate_interval]))',
              legend: 'of all calls',
            },
          ],
        },
        {
          title: 'Days until a certificate ends',
          unit: 'd',
          queries: [{ expr: 'min by (certificate) (alipay_certificate_days_left)', legend: '{{certificate}}' }],
        },
        {
          title: 'Budget of calls that is left',
          help: 'The lowest of all replicas.',
          unit: 'percentunit',
          queries: [{ expr: 'min(alipay_call_budget_left_ratio)', legend: 'left' }],
        },
      ],
    },
    {
      title: 'Calls',
      panels: [
        { title: 'Calls by method', unit: 'ops', queries: [rates('alipay_calls_total', ['method'])] },
        {
          title: 'Calls by Alipay’s code',
          help: '40004 is a business failure, such as “no such trade”.',
          unit: 'ops',
          queries: [rates('alipay_calls_total', ['code'])],
        },
        {
          title: 'How long calls take, p99',
          unit: 's',
          queries: quantiles('alipay_call_duration_seconds', [0.99], ['method']),
        },
        {
          title: 'Calls by what they showed',
          unit: 'ops',
          queries: [rates('alipay_call_duration_seconds_count', ['method', 'outcome'])],
        },
        {
          title: 'Calls left out because of the budget',
          unit: 'ops',
          queries: [rates('alipay_calls_skipped_total', ['priority'])],
        },
      ],
    },
  ],
}
