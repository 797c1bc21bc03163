import { id, type Row, type Rows } from './test-mutation.ts'

const signedNotify = (result: string) => ({
  payments: `insert into notifies (notify_id, result, out_trade_no, trade_status, body, received_at)
    values ('n1', '${result}', '${id.waiting}', 'TRADE_SUCCESS', '…', now() - interval '1 hour')`,
})

/** Refused signed notifies without their case. */
export const notifyMutations: Rows = {
  12: [
    ...[
      'amount_differs',
      'another_app',
      'another_seller',
      'attempt_has_another_trade',
      'unknown_order',
      'outside_refund',
    ].map(
      (result): Row => [
        `a signed notify that was refused as ${result} and has no case`,
        signedNotify(result),
        id.waiting,
        new RegExp(`n1 was refused as ${result}, and has no case`),
      ],
    ),
    [
      'a signed notify whose trade has a case of another kind',
      {
        payments: `${signedNotify('amount_differs').payments};
          insert into cases (case_id, key, kind, out_trade_no, summary, evidence, proposed_action, proposed_why)
          values ('case-x', 'x', 'refund_failed', '${id.waiting}', 'failed', '{}', 'none', 'why')`,
      },
      id.waiting,
      /n1 was refused as amount_differs, and has no case/,
    ],
  ],
}
