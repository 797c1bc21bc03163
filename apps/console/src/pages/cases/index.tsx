import type { PageProps } from '../page-props.ts'
import { CaseDetail } from './detail.tsx'
import { CaseList } from './list.tsx'

/** The list of cases, or one case. */
export default function CasesPage({ params: { id } }: PageProps) {
  return id === undefined ? <CaseList /> : <CaseDetail key={id} caseId={id} />
}
