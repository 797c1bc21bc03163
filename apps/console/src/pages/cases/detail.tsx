import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useApi } from '../../api/use-api.ts'
import { proposalWhy } from '../../api-words/case-sentences.ts'
import { ApiText } from '../../components/api-text.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { LoadProblem } from '../../components/load-problem.tsx'
import { Page } from '../../components/page.tsx'
import { Status } from '../../components/status.tsx'
import { CopyableId, KeyValues, Money, Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { statusWords, wordFor } from '../../i18n/words.ts'
import type { Case } from './case-actions.ts'
import { caseHref, useCaseList } from './case-list.ts'
import { summaryInChinese } from './case-words.ts'
import classes from './cases.module.css'
import { Claim } from './claim.tsx'
import { ComparisonTable } from './comparison.tsx'
import { compareEvidence, isObject, type OurTrade } from './evidence.ts'
import { evidenceTexts } from './evidence-texts.ts'
import { EvidenceTree } from './evidence-tree.tsx'
import { KeyboardHelp, useKeys } from './keyboard.tsx'
import { Resolve } from './resolve.tsx'
import { resolveTexts } from './resolve-texts.ts'
import { texts } from './texts.ts'
import { Trail } from './trail.tsx'

/** A case: what is wrong, our row beside Alipay's, what to do about it, and who did what. */
export function CaseDetail({ caseId }: { caseId: string }) {
  const t = useTexts(texts)
  const kinds: Readonly<Record<string, string>> = useTexts(statusWords.caseKind)
  const { data, error, refetch } = useApi('/api/admin/cases/{caseId}', { path: { caseId } })
  const title = data === undefined ? t.case : `${t.case} · ${wordFor(kinds, data.kind)}`
  return (
    <Page title={title} actions={data !== undefined && <Claim case={data} />}>
      <Neighbours caseId={caseId} />
      {error !== null && <LoadProblem problem={error} again={refetch} />}
      {data !== undefined && <CaseBody case={data} />}
      <KeyboardHelp
        keys={[
          ['j', 'next'],
          ['k', 'previous'],
          ['u', 'list'],
        ]}
      />
    </Page>
  )
}

function CaseBody({ case: about }: { case: Case }) {
  const { evidence: evidenceTitle } = useTexts(evidenceTexts)
  const comparison = compareEvidence(about, useOurTrade(about))
  return (
    <>
      <p>
        <ApiText text={about.summary} chinese={summaryInChinese(about)} />
      </p>
      <CaseFacts case={about} />
      <div className={classes.columns}>
        <div>
          {comparison !== undefined && <ComparisonTable comparison={comparison} />}
          <details className={classes.details} open={comparison === undefined}>
            <summary>{evidenceTitle}</summary>
            <EvidenceTree evidence={about.evidence} />
          </details>
        </div>
        <Resolve case={about} />
      </div>
      <Trail trail={about.trail} />
    </>
  )
}

/** What the order has of the trade that a case is about. Nothing while it is read, or where it can not be. */
function useOurTrade({ orderId, outTradeNo }: Case): OurTrade | undefined {
  const enabled = orderId !== undefined && outTradeNo !== undefined
  const order = useApi('/api/admin/orders/{id}', { path: { id: orderId ?? '' } }, { enabled })
  return order.data?.payment?.attempts.find(attempt => attempt.outTradeNo === outTradeNo)
}

function CaseFacts({ case: about }: { case: Case }) {
  const t = useTexts(texts)
  const { actions } = useTexts(resolveTexts)
  const { caseId, orderId, outTradeNo, amountFen, claimedBy, resolvedAt, proposal, evidence } = about
  const date = isObject(evidence) && typeof evidence.date === 'string' ? evidence.date : undefined
  return (
    <KeyValues
      entries={[
        [t.case, <CopyableId key="case" id={caseId} />],
        [t.status, <Status key="status" kind="case" value={about.status} />],
        [t.amount, amountFen !== undefined ? <Money key="amount" fen={amountFen} /> : undefined],
        [t.age, <Time key="age" at={about.openedAt} age />],
        [t.resolved, resolvedAt !== undefined ? <Time key="resolved" at={resolvedAt} /> : undefined],
        [t.claimedBy, claimedBy],
        [t.order, orderId !== undefined ? <EntityLink key="order" entity="order" id={orderId} copy /> : undefined],
        [t.outTradeNo, outTradeNo !== undefined ? <CopyableId key="trade" id={outTradeNo} /> : undefined],
        [t.bill, date !== undefined ? <EntityLink key="bill" entity="day" id={date} /> : undefined],
        [t.proposal, actions[proposal.action]],
        [t.why, <ApiText key="why" text={proposal.why} chinese={proposalWhy(proposal.why)} />],
      ]}
    />
  )
}

/** Links to the cases before and after this one in the list that it was opened from. */
function Neighbours({ caseId }: { caseId: string }) {
  const t = useTexts(texts)
  const { list, filters } = useCaseList()
  const [, navigate] = useLocation()
  const place = list.items.findIndex(item => item.caseId === caseId)
  const [known, setKnown] = useState<{ caseId: string; previous?: string | undefined; next?: string | undefined }>()
  // A case that is resolved leaves the list of open ones; its neighbours stay reachable.
  const found = { caseId, previous: list.items[place - 1]?.caseId, next: list.items[place + 1]?.caseId }
  if (place !== -1 && JSON.stringify(found) !== JSON.stringify(known)) setKnown(found)
  const { previous, next } = known?.caseId === caseId ? known : {}
  const to = (id: string) => caseHref(`/cases/${encodeURIComponent(id)}`, filters.values)
  const back = caseHref('/cases', filters.values)
  const open = (id: string | undefined) => id !== undefined && navigate(to(id))
  useKeys({ j: () => open(next), k: () => open(previous), u: () => navigate(back) })
  return (
    <nav aria-label={t.title} className={classes.links}>
      <Link href={back}>{t.back}</Link>
      {previous !== undefined && <Link href={to(previous)}>{t.previousCase}</Link>}
      {next !== undefined && <Link href={to(next)}>{t.nextCase}</Link>}
    </nav>
  )
}
