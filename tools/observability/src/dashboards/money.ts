import { type Dashboard, quantiles, rates, shared } from './panels.ts'

export const money: Dashboard = {
  name: 'money',
  title: 'Money',
  description: 'What is paid, refunded and reconciled, and what needs a person.',
  rows: [
    {
      title: 'What needs a person',
      panels: [
        {
          title: 'Open cases',
          kind: 'stat',
          unit: 'short',
          redFrom: 1,
          queries: [{ expr: 'sum(max by (kind) (open_cases))', legend: 'cases' }],
        },
        {
          title: 'Dead letters',
          kind: 'stat',
          unit: 'short',
          redFrom: 1,
          queries: [{ expr: 'sum(max by (group) (open_dead_letters))', legend: 'dead letters' }],
        },
        {
          title: 'Refunds that await approval',
          kind: 'stat',
          unit: 'short',
          queries: [shared('open_refunds', [], '{status="AWAITING_APPROVAL"}')],
        },
        {
          title: 'Since the end of the last reconciled day',
          help: 'Up to 34 hours are normal: yesterday’s bill is compared from 10:00 in Beijing on.',
          kind: 'stat',
          unit: 's',
          redFrom: 126_000,
          queries: [{ expr: 'time() - max(reconciled_until_timestamp_seconds)', legend: 'since' }],
        },
        { title: 'Open cases by kind', unit: 'short', queries: [shared('open_cases', ['kind'])] },
        {
          title: 'Age of the oldest case by kind',
          unit: 's',
          queries: [shared('open_cases_oldest_age_seconds', ['kind'])],
        },
      ],
    },
    {
      title: 'Payments',
      panels: [
        {
          title: 'Orders that became PAID, by how the payment was learned of',
          help: 'Mostly `notify`. Many by `query`: notifies do not arrive.',
          unit: 'ops',
          queries: [rates('order_paid_delay_seconds_count', ['via'])],
        },
        {
          title: 'From Alipay’s time of the payment to PAID',
          help: 'Alipay’s time has whole seconds.',
          unit: 's',
          queries: quantiles('order_paid_delay_seconds', [0.5, 0.95, 0.99]),
        },
        {
          title: 'From the notify’s commit to PAID',
          unit: 's',
          redFrom: 5,
          queries: quantiles('order_notify_to_paid_seconds', [0.5, 0.99]),
        },
        { title: 'Notifies by result', unit: 'ops', queries: [rates('notifies_total', ['result'])] },
        {
          title: 'Attempts',
          help: 'Of those that are open or being closed, at most 10,000 are counted.',
          unit: 'short',
          queries: [shared('payment_attempts', ['state'])],
        },
        {
          title: 'Bodies refused by the gateway',
          unit: 'ops',
          queries: [rates('gateway_notifies_refused_total', ['reason'])],
        },
      ],
    },
    {
      title: 'Refunds',
      panels: [
        { title: 'Refunds that are not finished', unit: 'short', queries: [shared('open_refunds', ['status'])] },
        { title: 'Age of the oldest', unit: 's', queries: [shared('open_refunds_oldest_age_seconds', ['status'])] },
        { title: 'Finished refunds', unit: 'ops', queries: [rates('refund_duration_seconds_count', ['outcome'])] },
        {
          title: 'From request to end',
          unit: 's',
          redFrom: 900,
          queries: quantiles('refund_duration_seconds', [0.5, 0.99], ['outcome']),
        },
      ],
    },
  ],
}
