import { Page } from '../../components/page.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { navigationTexts } from '../../layout/navigation.ts'

export default function RefundsPage() {
  const names = useTexts(navigationTexts)
  return <Page title={names.refunds}>{null}</Page>
}
