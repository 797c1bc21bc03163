import { Button } from '@mantine/core'
import { send } from '../../api/send.ts'
import type { Item } from '../../api/use-api.ts'
import { ActionDialog, ActionProblem } from '../../components/action-dialog.tsx'
import { useAction } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import { texts } from './texts.ts'

/** Claims a case, or releases one. Nothing for those who may not resolve cases, and for resolved cases. */
export function Claim({ case: { caseId, status, claimedBy } }: { case: Item<'/api/admin/cases'> }) {
  const t = useTexts(texts)
  const { can, session } = useSession()
  const path = { caseId }
  const claim = useAction({ run: () => send('/api/admin/cases/{caseId}/claim', { path }), done: () => t.claimed })
  const release = useAction({ run: () => send('/api/admin/cases/{caseId}/release', { path }), done: () => t.released })
  if (!can('case.resolve') || status === 'RESOLVED') return null
  if (claimedBy !== undefined && claimedBy !== session.id)
    return (
      <ActionDialog
        label={t.release}
        title={t.releaseTitle}
        sentence={t.releaseSentence(claimedBy)}
        confirm={t.release}
        run={() => send('/api/admin/cases/{caseId}/release', { path })}
        done={() => t.released}
      />
    )
  const { action, label } =
    claimedBy === undefined ? { action: claim, label: t.claim } : { action: release, label: t.release }
  return (
    <>
      <Button size="xs" variant="default" loading={action.pending} onClick={() => action.run(undefined)}>
        {label}
      </Button>
      {action.problem !== null && <ActionProblem problem={action.problem} />}
    </>
  )
}
