/** Workers for due work by their service. A name is that of the worker's queue in Redis too. */
export const dueWorkers = {
  'order-service': ['close-due-orders', 'complete-orders', 'delete-recipients'],
  'payment-service': [
    'close-attempts',
    'sync-attempts',
    'execute-refunds',
    'reconcile',
    'write-dead-letters',
    'delete-notify-bodies',
  ],
} as const

export type DueWorkerName = (typeof dueWorkers)[keyof typeof dueWorkers][number]
