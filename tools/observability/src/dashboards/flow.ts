import { type Dashboard, quantiles, rates, shared } from './panels.ts'

export const flow: Dashboard = {
  name: 'flow',
  title: 'Flow',
  description: 'Orders from the basket to PAID or closed, and the events between the services.',
  rows: [
    {
      title: 'Orders',
      panels: [
        {
          title: 'Placing by outcome',
          help: 'placed: 201, pending: 202, refused: 4xx, failed: 5xx',
          unit: 'reqps',
          queries: [rates('gateway_place_duration_seconds_count', ['outcome'])],
        },
        {
          title: 'How long placing takes',
          help: 'Two seconds are the wait for the stock result: the order is then answered 202.',
          unit: 's',
          queries: quantiles('gateway_place_duration_seconds', [0.5, 0.95, 0.99], [], '{outcome=~"placed|pending"}'),
        },
        {
          title: 'Orders in states that they leave within seconds',
          unit: 'short',
          queries: [shared('orders_in_state', ['state'])],
        },
        {
          title: 'For how long the oldest has been in it',
          unit: 's',
          redFrom: 120,
          queries: [shared('orders_in_state_oldest_age_seconds', ['state'])],
        },
        {
          title: 'How late due orders are closed',
          unit: 's',
          redFrom: 60,
          queries: quantiles('order_close_lateness_seconds', [0.5, 0.99]),
        },
        { title: 'Decisions about stock', unit: 'ops', queries: [rates('stock_decisions_total', ['type', 'outcome'])] },
      ],
    },
    {
      title: 'Events',
      panels: [
        { title: 'Events in the outboxes', unit: 'short', queries: [shared('outbox_depth', ['job'])] },
        {
          title: 'Age of the oldest',
          unit: 's',
          redFrom: 60,
          queries: [shared('outbox_oldest_event_age_seconds', ['job'])],
        },
        {
          title: 'Published, and events that never can be',
          unit: 'ops',
          queries: [
            rates('outbox_published_total', ['job']),
            { ...rates('outbox_rejected_total', ['job']), legend: '{{job}}, never' },
          ],
        },
        {
          title: 'Replicas that publish',
          help: 'One of each service.',
          unit: 'short',
          queries: [{ expr: 'sum by (job) (outbox_relay_leader)', legend: '{{job}}' }],
        },
        {
          title: 'Records that a group has not read',
          unit: 'short',
          redFrom: 1_000,
          queries: [shared('consumer_lag', ['group', 'topic'])],
        },
        {
          title: 'Events by what became of them',
          unit: 'ops',
          queries: [rates('consumer_events_total', ['group', 'outcome'])],
        },
        {
          title: 'Batches of events',
          unit: 's',
          queries: quantiles('consumer_batch_duration_seconds', [0.5, 0.99], ['group']),
        },
        { title: 'Retries', unit: 'ops', queries: [rates('consumer_retries_total', ['group', 'reason'])] },
        {
          title: 'Dead letters that wait for a decision',
          unit: 'short',
          redFrom: 1,
          queries: [shared('open_dead_letters', ['group'])],
        },
        {
          title: 'Age of the oldest dead letter',
          unit: 's',
          redFrom: 900,
          queries: [shared('open_dead_letters_oldest_age_seconds', ['group'])],
        },
        {
          title: 'Dead letters that were listed',
          unit: 'ops',
          queries: [rates('dead_letters_watched_total', ['group', 'outcome'])],
        },
      ],
    },
    {
      title: 'Due work',
      panels: [
        { title: 'Due and not taken', unit: 'short', queries: [shared('due_work', ['kind'])] },
        {
          title: 'For how long the oldest has been due',
          unit: 's',
          redFrom: 120,
          queries: [shared('due_work_oldest_age_seconds', ['kind'])],
        },
      ],
    },
  ],
}
