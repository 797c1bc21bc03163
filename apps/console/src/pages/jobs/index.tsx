import { Page } from '../../components/page.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { navigationTexts } from '../../layout/navigation.ts'

export default function JobsPage() {
  const names = useTexts(navigationTexts)
  return <Page title={names.jobs}>{null}</Page>
}
