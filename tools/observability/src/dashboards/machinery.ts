import { jobs } from '../metrics.ts'
import { type Dashboard, quantiles, rates } from './panels.ts'

const ours = `{job=~"${jobs.join('|')}"}`
const each = (name: string) => ({ expr: `${name}${ours}`, legend: '{{job}} {{instance}}' })

export const machinery: Dashboard = {
  name: 'machinery',
  title: 'Machinery',
  description: 'Processes, their servers and their requests.',
  rows: [
    {
      title: 'Health',
      panels: [
        {
          title: 'Processes that answer',
          unit: 'short',
          queries: [{ expr: `sum by (job) (up${ours})`, legend: '{{job}}' }],
        },
        {
          title: 'Starts within the last hour',
          unit: 'short',
          queries: [{ expr: `sum by (job) (changes(process_start_time_seconds${ours}[1h]))`, legend: '{{job}}' }],
        },
        {
          title: 'Checks that fail',
          help: 'Named as in `/readyz`.',
          unit: 'short',
          queries: [{ expr: 'count by (job, check) (readiness_check_ok == 0)', legend: '{{job}} {{check}}' }],
        },
        {
          title: 'Clocks against PostgreSQL’s',
          unit: 's',
          queries: [{ expr: 'abs(clock_offset_seconds)', legend: '{{job}} {{instance}}' }],
        },
        {
          title: 'Open WebSockets',
          unit: 'short',
          redFrom: 8_000,
          queries: [{ expr: 'gateway_order_status_sockets', legend: '{{instance}}' }],
        },
      ],
    },
    {
      title: 'Requests',
      panels: [
        {
          title: 'Requests by service',
          unit: 'reqps',
          queries: [rates('http_request_duration_seconds_count', ['job'])],
        },
        {
          title: 'Answered 5xx',
          unit: 'reqps',
          queries: [rates('http_request_duration_seconds_count', ['job', 'route'], '{status=~"5.."}')],
        },
        {
          title: 'The gateway’s slowest routes, p99',
          unit: 's',
          queries: quantiles('http_request_duration_seconds', [0.99], ['route'], '{job="gateway",route=~"/api/.*"}'),
        },
        {
          title: 'Hints that could not be read',
          unit: 'ops',
          queries: [rates('order_hints_malformed_total', ['job'])],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          title: 'Delay of the event loop, p99',
          unit: 's',
          redFrom: 1,
          queries: [each('nodejs_eventloop_lag_p99_seconds')],
        },
        {
          title: 'CPU',
          help: '1 is one core.',
          unit: 'short',
          queries: [
            {
              expr: `sum by (job, instance) (rate(process_cpu_seconds_total${ours}[$__rate_interval]))`,
              legend: '{{job}} {{instance}}',
            },
          ],
        },
        { title: 'Memory', unit: 'bytes', queries: [each('process_resident_memory_bytes')] },
        { title: 'Heap', unit: 'bytes', queries: [each('nodejs_heap_size_used_bytes')] },
        { title: 'Open files and connections', unit: 'short', queries: [each('process_open_fds')] },
        {
          title: 'Events in the last batch of the relay',
          unit: 'short',
          queries: [{ expr: 'outbox_last_batch', legend: '{{job}} {{instance}}' }],
        },
      ],
    },
  ],
}
