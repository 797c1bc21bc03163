import { Alert, Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import type { ApiProblem } from '../../api/problem.ts'
import type { Answer } from '../../api/use-api.ts'
import { ProblemText } from '../../components/problem-text.tsx'
import { KeyValues } from '../../components/values.tsx'
import { defineTexts, useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import classes from './order.module.css'
import type { OrderDetails } from './order-data.ts'

const texts = defineTexts({
  en: {
    show: 'Show recipient',
    logged: 'Showing it is recorded in the audit log.',
    none: 'The shopper gave no recipient, or it is deleted.',
    name: 'Name',
    phone: 'Phone',
    address: 'Address',
    note: 'Note of the shopper',
  },
  zh: {
    show: '显示收件人',
    logged: '查看会记入审计日志。',
    none: '顾客未提供收件信息，或已删除。',
    name: '姓名',
    phone: '电话',
    address: '地址',
    note: '买家留言',
  },
})

type ShipTo = Answer<'/api/admin/orders/{id}/recipient'>['shipTo']

/** Where the order is sent: masked, until someone who may see it asks for it. */
export function Recipient({ order }: { order: OrderDetails }) {
  const t = useTexts(texts)
  const { can } = useSession()
  // Read on request only, never by a refresh: each read is an entry of the audit log.
  const shown = useMutation<Answer<'/api/admin/orders/{id}/recipient'>, ApiProblem>({
    mutationFn: async () => {
      const { data } = await api.GET('/api/admin/orders/{id}/recipient', { params: { path: { id: order.orderId } } })
      return data as Answer<'/api/admin/orders/{id}/recipient'>
    },
  })
  const { shipTo, note } = shown.data ?? order.recipient ?? {}
  if (shipTo === undefined && note === undefined) return <p className={classes.hint}>{t.none}</p>
  return (
    <>
      <KeyValues
        entries={[
          [t.name, shipTo?.name],
          [t.phone, shipTo?.phone],
          [t.address, addressOf(shipTo)],
          [t.note, note],
        ]}
      />
      {shown.error !== null && (
        <Alert role="alert" color="red" variant="light">
          <ProblemText problem={shown.error} />
        </Alert>
      )}
      {can('recipient.read') && shown.data === undefined && (
        <p className={classes.hint}>
          <Button size="xs" variant="default" loading={shown.isPending} onClick={() => shown.mutate()}>
            {t.show}
          </Button>{' '}
          {t.logged}
        </p>
      )}
    </>
  )
}

const addressOf = (shipTo: Partial<NonNullable<ShipTo>> | undefined) =>
  [shipTo?.province, shipTo?.city, shipTo?.district, shipTo?.street, shipTo?.postalCode].filter(Boolean).join(' ')
