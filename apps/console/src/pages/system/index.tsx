import { useApi } from '../../api/use-api.ts'
import { Page, Section } from '../../components/page.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { navigationTexts } from '../../layout/navigation.ts'
import { useSession } from '../../session/session.tsx'
import { DataAudit } from './data-audit.tsx'
import { Keys } from './keys.tsx'
import { Me } from './me.tsx'
import { Services } from './services.tsx'
import { Settings } from './settings.tsx'
import { texts } from './texts.ts'

const refreshMs = 10_000

/** How the services are, what they are set to, the audit of the data, and what the person may do. */
export default function SystemPage() {
  const names = useTexts(navigationTexts)
  const t = useTexts(texts)
  const { can } = useSession()
  const health = useApi('/api/admin/health', {}, { every: refreshMs })
  const services = health.data?.services ?? []
  return (
    <Page title={names.system}>
      <Section title={t.services}>
        <Services services={services} state={health} />
      </Section>
      {health.data !== undefined && (
        <Section title={t.keys}>
          <Keys services={services} />
        </Section>
      )}
      {can('system.audit') && <DataAudit />}
      {health.data !== undefined && (
        <Section title={t.settings}>
          <Settings services={services} />
        </Section>
      )}
      <Section title={t.me}>
        <Me />
      </Section>
    </Page>
  )
}
