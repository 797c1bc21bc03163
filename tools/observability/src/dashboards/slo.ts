import { objectives } from '../objectives.ts'
import type { Dashboard, Panel } from './panels.ts'

const windows = ['5m', '1h', '6h', '3d'] as const

const panelsOf = ({ slo, title, goal }: (typeof objectives)[number]): Panel[] => [
  {
    title: `${title}`,
    help: 'The share of bad events over three days. The budget is the red line.',
    unit: 'percentunit',
    redFrom: Number((1 - goal).toPrecision(6)),
    queries: windows.map(window => ({ expr: `slo:error_ratio:rate${window}{slo="${slo}"}`, legend: window })),
  },
  {
    title: 'How fast its budget burns',
    help: '1 uses up the budget of 30 days in 30 days. Pages from 14.4 over an hour, or 6 over six hours, on.',
    unit: 'short',
    redFrom: 6,
    queries: windows.map(window => ({
      expr: `slo:error_ratio:rate${window}{slo="${slo}"} / ${Number((1 - goal).toPrecision(6))}`,
      legend: window,
    })),
  },
]

export const slo: Dashboard = {
  name: 'slo',
  title: 'SLO',
  description: 'The objectives, and how much of their error budgets is used.',
  rows: [
    ...objectives.map(one => ({ title: one.slo, panels: panelsOf(one) })),
    {
      title: 'By time',
      panels: [
        {
          title: 'Since the end of the last reconciled day',
          help: 'Reconciled by 11:00 in Beijing: less than 35 hours.',
          unit: 's',
          redFrom: 126_000,
          queries: [{ expr: 'time() - max(reconciled_until_timestamp_seconds)', legend: 'since' }],
        },
        {
          title: 'Age of the oldest dead letter',
          help: 'None waits for more than 15 minutes.',
          unit: 's',
          redFrom: 900,
          queries: [{ expr: 'max by (group) (open_dead_letters_oldest_age_seconds)', legend: '{{group}}' }],
        },
      ],
    },
  ],
}
