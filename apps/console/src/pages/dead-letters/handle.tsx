import { api } from '../../api/client.ts'
import type { Answer } from '../../api/use-api.ts'
import { deadLetterReason } from '../../api-words/dead-letter-reasons.ts'
import { ActionDialog } from '../../components/action-dialog.tsx'
import { ApiText } from '../../components/api-text.tsx'
import { useTexts } from '../../i18n/texts.ts'
import classes from './dead-letters.module.css'
import { texts } from './texts.ts'

/** Dead letters that one action takes at most. */
const handledMax = 1_000

/** Buttons that redrive or discard all waiting dead letters of a group with one reason. */
export function HandleAll(of: Answer<'/api/admin/dead-letters/reasons'>['items'][number]) {
  const t = useTexts(texts)
  const { group, reasonKey, count, redrivable } = of
  const bodyOf = (reason: string) => ({ body: { group, reasonKey, reason } })
  const limit = count > handledMax ? ` ${t.limit}` : ''
  return (
    <div className={classes.buttons}>
      {redrivable > 0 && (
        <ActionDialog
          label={t.redriveAll}
          title={t.redriveAllTitle}
          sentence={`${t.redriveMany(redrivable, group)}${count > redrivable ? ` ${t.notRedrivable(count - redrivable)}` : ''}${limit}`}
          confirm={t.redriveAll}
          reason="required"
          run={async ({ reason }) => (await api.POST('/api/admin/dead-letters/redrive', bodyOf(reason))).data}
          done={result => t.redriven(result?.count ?? 0)}
        >
          <Reason text={reasonKey} />
        </ActionDialog>
      )}
      <ActionDialog
        label={t.discardAll}
        title={t.discardAllTitle}
        sentence={`${t.discardMany(count, group)}${limit}`}
        confirm={t.discardAll}
        reason="required"
        danger
        variant="default"
        run={async ({ reason }) => (await api.POST('/api/admin/dead-letters/discard', bodyOf(reason))).data}
        done={result => t.discarded(result?.count ?? 0)}
      >
        <Reason text={reasonKey} />
      </ActionDialog>
    </div>
  )
}

/** Buttons that redrive or discard one dead letter. */
export function HandleOne({ letter }: { letter: Answer<'/api/admin/dead-letters/{id}'> }) {
  const t = useTexts(texts)
  const { deadLetterId: id, group, redrivable } = letter
  if (letter.status !== 'WAITING') return null
  return (
    <>
      {redrivable && (
        <ActionDialog
          label={t.redrive}
          title={t.redriveTitle}
          sentence={t.redriveOne(group)}
          confirm={t.redrive}
          reason="optional"
          variant="filled"
          run={({ reason }) =>
            api.POST('/api/admin/dead-letters/{id}/redrive', {
              params: { path: { id } },
              body: reason === '' ? {} : { reason },
            })
          }
          done={() => t.redriven(1)}
        />
      )}
      <ActionDialog
        label={t.discard}
        title={t.discardTitle}
        sentence={t.discardOne(group)}
        confirm={t.discard}
        reason="required"
        danger
        run={({ reason }) =>
          api.POST('/api/admin/dead-letters/{id}/discard', { params: { path: { id } }, body: { reason } })
        }
        done={() => t.discarded(1)}
      />
    </>
  )
}

const Reason = ({ text }: { text: string }) => (
  <p className={classes.quote}>
    <ApiText text={text} chinese={deadLetterReason(text)} />
  </p>
)
