import { Link } from 'wouter'
import { type Answer, useApi } from '../../api/use-api.ts'
import { noteInChinese } from '../../api-words/case-sentences.ts'
import { deadLetterReason } from '../../api-words/dead-letter-reasons.ts'
import { eventInChinese } from '../../api-words/event-words.ts'
import { ApiText } from '../../components/api-text.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { LoadProblem } from '../../components/load-problem.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Status } from '../../components/status.tsx'
import { CopyableId, KeyValues, Time } from '../../components/values.tsx'
import { useLanguage, useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import classes from './dead-letters.module.css'
import { HandleOne } from './handle.tsx'
import { RecordBytes, RecordHeaders, RecordValue } from './record.tsx'
import { meaningOf, meanings, texts } from './texts.ts'

export type DeadLetterRow = Answer<'/api/admin/dead-letters/{id}'>

/** How the service begins what it adds to the reason of a redrive that was not possible. */
const goneText = 'Kafka no longer has the record'

/** How often a dead letter is read again while a decision about it is written to Kafka, ms. */
const pollMs = 2_000

/** One dead letter: why it is here, the record, and what can be done. */
export function DeadLetterPage({ id }: { id: string }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const init = { path: { id } }
  const known = useApi('/api/admin/dead-letters/{id}', init)
  const inProgress = known.data?.status === 'REDRIVING' || known.data?.status === 'DISCARDING'
  const letter = useApi('/api/admin/dead-letters/{id}', init, { every: inProgress ? pollMs : undefined })
  const actions = letter.data !== undefined && can('dead-letter.handle') && <HandleOne letter={letter.data} />
  return (
    <Page title={`${t.id} ${id}`} actions={actions}>
      <p>
        <Link href="/dead-letters">← {t.back}</Link>
      </p>
      {letter.error !== null && <LoadProblem problem={letter.error} again={letter.refetch} />}
      {letter.data !== undefined && <Details letter={letter.data} />}
    </Page>
  )
}

function Details({ letter }: { letter: DeadLetterRow }) {
  const t = useTexts(texts)
  const { language } = useLanguage()
  const meaning = useTexts(meanings)
  const { orderId, caseId, handledAt } = letter
  const search = new URLSearchParams({ group: letter.group, reasonKey: letter.reasonKey })
  return (
    <>
      <Section title={t.about}>
        <KeyValues
          entries={[
            [t.status, <Status key="status" kind="deadLetter" value={letter.status} />],
            [
              t.reason,
              <strong key="reason">
                <ApiText text={letter.reason} chinese={deadLetterReason(letter.reason)} />
              </strong>,
            ],
            [t.meaning, meaning[meaningOf(letter)]],
            [t.at, <Time key="at" at={letter.deadLetteredAt} />],
            [t.group, letter.group],
            [t.topic, letter.topic],
            [t.place, `${letter.partition} / ${letter.offset}`],
            [t.type, letter.type !== undefined && (language === 'zh' ? eventInChinese(letter.type) : letter.type)],
            [t.key, letter.key === undefined ? undefined : <CopyableId key="key" id={letter.key} />],
            [t.order, orderId === undefined ? undefined : <EntityLink key="order" entity="order" id={orderId} copy />],
            [t.case, caseId === undefined ? undefined : <EntityLink key="case" entity="case" id={caseId} copy />],
            [t.published, letter.redrivable ? t.yes : t.neverPublished],
            [t.handledBy, letter.handledBy],
            [t.handledAt, handledAt === undefined ? undefined : <Time key="handled" at={handledAt} />],
            [t.handledReason, letter.handledReason && <HandledReason key="why" text={letter.handledReason} />],
          ]}
        />
        <p className={classes.meaning}>
          <Link href={`/dead-letters?${search}`}>{t.same}</Link>
        </p>
      </Section>
      <Section title={t.record}>
        <RecordValue value={letter.value} isText={letter.base64?.value === undefined} />
        <RecordBytes base64={letter.base64} />
      </Section>
      <Section title={t.headers}>
        <RecordHeaders headers={letter.headers} />
      </Section>
    </>
  )
}

/** Why a person decided so, and what the system added to it. */
function HandledReason({ text }: { text: string }) {
  const place = text.indexOf(goneText)
  if (place === -1) return text
  return (
    <>
      {text.slice(0, place)}
      <ApiText text={text.slice(place)} chinese={noteInChinese(text.slice(place))} />
    </>
  )
}
